import Errors
import Messages

/// `gantry image unpack`.
package enum UnpackCommand {
  package static let command = Command(
    "unpack", "[OPTIONS] IMAGE", "Make the layers of an image ready for containers, where they are not",
    arguments: .exactly(1), options: { [.flag("quiet", "q", "Suppress the progress")] }
  ) { invocation, session in
    let name = invocation.arguments[0]
    let progress = invocation.flag("quiet") ? nil : ProgressDisplay(session.console.error)
    let events = try await session.imageStore { try await $0.unpack(.init(name: name)) }
    var id = ""
    do {
      for try await event in events {
        switch event.event {
        case .progress(let step): progress?.show(step)
        case .result(let result): id = result.images.first?.id ?? ""
        case nil: break
        }
      }
    } catch {
      progress?.finish()
      throw (error as? GantryError).map(CommandFailure.engine) ?? CommandFailure(error)
    }
    progress?.finish()
    guard !id.isEmpty else { throw CommandFailure.local("the engine ended the unpacking without a result; try again") }
    try session.console.print(id + "\n")
    return 0
  }
}
