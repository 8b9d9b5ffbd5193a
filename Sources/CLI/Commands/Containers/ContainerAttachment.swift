import Errors
import Linux
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

  /// Joins a container that runs.
  ///
  /// - Throws: `CommandFailure`.
  package func join(_ session: Session) async throws(CommandFailure) -> AttachedProcess {
    let (process, ends) = try prepare(session)
    let request = GantryEngineV1.AttachContainerRequest(
      container: container, stdin: input, stdout: output, stderr: error)
    let reply = try await session.containers { try await $0.attachReply(request, options: .init(descriptors: ends)) }
    if let input = reply.descriptors.first { process.write(to: input) }
    return process
  }

  /// Starts the container, joined before its process runs.
  ///
  /// - Parameter lost: tells of a start that is not answered whether it went through; the streams are ours all the same.
  /// - Throws: `CommandFailure`.
  func start(_ session: Session, lost: LostStart? = nil) async throws(CommandFailure) -> AttachedProcess {
    let (process, ends) = try prepare(session)
    let request = GantryEngineV1.StartContainerRequest(
      container: container, attachStdin: input, attachStdout: output, attachStderr: error)
    do throws(CommandFailure) {
      let reply = try await session.containers { try await $0.startReply(request, options: .init(descriptors: ends)) }
      if let input = reply.descriptors.first { process.write(to: input) }
    } catch {
      guard let lost, await lost.wentThrough(after: error) else { throw error }
    }
    return process
  }

  private func prepare(
    _ session: Session
  ) throws(CommandFailure) -> (process: AttachedProcess, ends: [FileDescriptor]) {
    let container = container
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
      let ends = try StreamEnds(terminal: terminal, input: input, output: output, error: error)
      let process = try AttachedProcess(ends.ours, isTerminal: terminal, session: session, keys: keys, control: control)
      return (process, ends.theirs)
    } catch {
      throw CommandFailure(error)
    }
  }
}
