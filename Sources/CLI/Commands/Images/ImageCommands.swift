import Errors
import Messages

/// `gantry rmi` and `gantry tag`.
package enum ImageCommands {
  package static let remove = Command(
    "rm", otherNames: ["remove"], "[OPTIONS] IMAGE [IMAGE...]", "Remove one or more images",
    spellings: ["image rm", "image remove", "rmi"], arguments: .atLeast(1),
    options: {
      [
        .flag("force", "f", "Force removal of the image"), .flag("no-prune", "", "Do not delete untagged parents"),
      ]
    }
  ) { invocation, session in
    let force = invocation.flag("force")
    let noPrune = invocation.flag("no-prune")
    var exitCode: Int32 = 0
    // One after the other: what one removes may be what another is built on.
    for name in invocation.arguments {
      do throws(CommandFailure) {
        let answer = try await session.images { try await $0.remove(.init(name: name, force: force, noPrune: noPrune)) }
        let lines = answer.untagged.map { "Untagged: \($0)\n" } + answer.deleted.map { "Deleted: \($0)\n" }
        try session.console.print(lines.joined())
      } catch {
        guard case .engine(let reason) = error else { throw error }
        session.console.complain(error.sentence ?? "")
        if !(force && reason.code == .notFound) { exitCode = 1 }
      }
    }
    return exitCode
  }

  package static let tag = Command(
    "tag", "SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]", "Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE",
    spellings: ["image tag", "tag"], arguments: .exactly(2)
  ) { invocation, session in
    let target = invocation.arguments[1]
    do throws(GantryError) {
      try ImageReference.check(target)
    } catch {
      throw CommandFailure.local(
        "Error parsing reference: \"\(target)\" is not a valid repository/tag: \(error.message)")
    }
    let request = GantryEngineV1.TagImageRequest(source: invocation.arguments[0], target: invocation.arguments[1])
    _ = try await session.images { try await $0.tag(request) }
    return 0
  }
}
