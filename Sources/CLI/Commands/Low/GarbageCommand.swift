import Messages

/// `gantry gc`: collects garbage now.
package enum GarbageCommand {
  package static let command = Command(
    "gc", "[OPTIONS]", "Remove blobs and snapshots that no image, container or lease refers to", arguments: .none,
    options: { [.flag("quiet", "q", "Print only what was reclaimed")] }
  ) { invocation, session in
    let answer = try await session.storage { try await $0.collect(.init()) }
    var text = ""
    if !invocation.flag("quiet") {
      text += answer.snapshots.map { "deleted snapshot: \($0)\n" }.joined()
      text += answer.blobs.map { "deleted blob: \($0)\n" }.joined()
      if !text.isEmpty { text += "\n" }
    }
    try session.console.print(text + "Total reclaimed space: \(HumanSize.decimal(Double(answer.reclaimed)))\n")
    answer.failures.forEach(session.console.complain)
    return answer.failures.isEmpty ? 0 : 1
  }
}
