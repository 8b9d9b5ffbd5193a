import Messages

/// `gantry image prune`.
package enum PruneImagesCommand {
  package static let command = Command(
    "prune", "[OPTIONS]", "Remove unused images", arguments: .none,
    options: {
      [
        .flag("all", "a", "Remove all unused images, not just dangling ones"),
        .list(
          "filter", "", "filter", "Provide filter values (e.g. \"until=<timestamp>\")", check: NameValue.checkFilter),
        .flag("force", "f", "Do not prompt for confirmation"),
      ]
    }
  ) { invocation, session in
    let all = invocation.flag("all")
    let what = all ? "images without at least one container associated to them" : "dangling images"
    if !invocation.flag("force"), try !session.console.confirms("WARNING! This will remove all \(what).") { return 0 }
    let request = GantryEngineV1.PruneImagesRequest(all: all, filters: invocation.filters)
    let answer = try await session.imageStore { try await $0.prune(request) }
    var text = ""
    if !answer.removed.isEmpty {
      let lines = answer.removed.map { $0.untagged.isEmpty ? "deleted: \($0.deleted)" : "untagged: \($0.untagged)" }
      text = "Deleted Images:\n" + lines.map { $0 + "\n" }.joined() + "\n"
    }
    try session.console.print(text + "Total reclaimed space: \(HumanSize.decimal(Double(answer.reclaimed)))\n")
    return 0
  }
}
