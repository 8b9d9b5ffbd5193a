import Errors
import Messages

/// `gantry save`.
package enum SaveCommand {
  package static let command = Command(
    "save", "[OPTIONS] IMAGE [IMAGE...]", "Save one or more images to a tar archive (streamed to STDOUT by default)",
    spellings: ["image save", "save"], arguments: .atLeast(1),
    options: {
      [
        .value("output", "o", "string", "Write to a file, instead of STDOUT"),
        .value(
          "platform", "", "string",
          "Save only the given platform. Formatted as \"os[/arch[/variant]]\" (e.g., \"linux/amd64\")"),
      ]
    }
  ) { invocation, session in
    let output = try OutputFile(invocation.string("output"), console: session.console, action: "save image")
    let request = GantryEngineV1.SaveImagesRequest(
      names: invocation.arguments, platform: invocation.string("platform") ?? "")
    try await output.write {
      let events = try await session.imageStore {
        try await $0.save(request, options: .init(descriptors: [output.descriptor]))
      }
      var isComplete = false
      do {
        for try await event in events { if case .result = event.event { isComplete = true } }
      } catch {
        throw (error as? GantryError).map(CommandFailure.engine) ?? CommandFailure(error)
      }
      guard isComplete else { throw CommandFailure.local("the engine ended the save without a result; try again") }
    }
    return 0
  }
}
