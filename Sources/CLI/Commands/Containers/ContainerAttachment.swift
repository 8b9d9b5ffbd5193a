import Errors
import Messages

/// How the console joins a container's first process.
package struct ContainerAttachment: Sendable {
  package let container: String
  package let terminal: Bool
  package let input: Bool
  package let output: Bool
  package let error: Bool
  package let keys: DetachKeys
  /// With a terminal too only for `run`, as with Docker: who attaches later does not speak for the container.
  package let proxiesSignals: Bool

  /// Asks for the streams and starts to copy.
  ///
  /// - Throws: `CommandFailure`.
  package func join(_ session: Session) async throws(CommandFailure) -> AttachedProcess {
    let request = GantryEngineV1.AttachContainerRequest(
      container: container, stdin: input, stdout: output, stderr: error)
    let reply = try await session.containers { try await $0.attachReply(request) }
    let container = container
    let isTerminal = reply.message.terminal
    let signal: @Sendable (Int32) async throws -> Void = { number in
      _ = try await session.containers { try await $0.kill(.init(container: container, signal: String(number))) }
    }
    let control = AttachedProcess.Control(
      resize: { width, height in
        _ = try await session.containers {
          try await $0.resize(.init(container: container, width: width, height: height))
        }
      }, signal: proxiesSignals ? signal : nil)
    do {
      let streams = try AttachedStreams(
        reply.descriptors, terminal: isTerminal, input: input, output: output, error: error)
      return try AttachedProcess(streams, isTerminal: isTerminal, session: session, keys: keys, control: control)
    } catch {
      throw CommandFailure(error)
    }
  }
}
