import AsyncWire
import Errors
import Messages

/// `gantry exec`.
package enum ExecCommand {
  package static let command = Command(
    "exec", "[OPTIONS] CONTAINER COMMAND [ARG...]", "Execute a command in a running container",
    spellings: ["container exec", "exec"], arguments: .atLeast(2), stopsAtArgument: true,
    options: {
      [
        .flag("detach", "d", "Detached mode: run command in the background"),
        .value("detach-keys", "", "string", "Override the key sequence for detaching a container"),
        .list("env", "e", "list", "Set environment variables", check: NameValue.checkVariable),
        .list("env-file", "", "list", "Read in a file of environment variables"),
        .flag("interactive", "i", "Keep STDIN open even if not attached"),
        .flag("privileged", "", "Give extended privileges to the command"),
        .flag("tty", "t", "Allocate a pseudo-TTY"),
        .value("user", "u", "string", "Username or UID (format: \"<name|uid>[:<group|gid>]\")"),
        .value("workdir", "w", "string", "Working directory inside the container"),
      ]
    }
  ) { invocation, session in
    let keys = try invocation.string("detach-keys").map { try DetachKeys($0) } ?? .standard
    let request = try request(invocation, session)
    let (isTerminal, container) = (request.terminal, request.container)
    if isTerminal, request.attachStdin, !session.console.inputIsTerminal {
      throw CommandFailure.local("the input device is not a TTY")
    }
    let (id, attached) = try await start(request, keys, session)
    guard let attached else { return 0 }
    let exit = Task<GantryEngineV1.WaitContainerResponse, any Error>(executorPreference: WireExecutor.shared) {
      try await PatientQuestion(session).answer { (_) throws(CommandFailure) in
        try await session.containers { try await $0.execWait(.init(container: container, execId: id)) }
      }
    }
    // As Docker has it: of a detached exec nothing more can be known.
    guard let result = try await attached.run(exit: exit) else { return 1 }
    return Int32(clamping: result.exitCode)
  }

  private static func request(
    _ invocation: Invocation, _ session: Session
  ) throws -> GantryEngineV1.ExecRequest {
    var environment: [String] = []
    for path in invocation.strings("env-file") {
      environment += try EnvironmentFile.read(path, environment: session.environment)
    }
    environment += NameValue.resolving(invocation.strings("env"), session.environment)
    let isAttached = !invocation.flag("detach")
    let isTerminal = invocation.flag("tty")
    var request = GantryEngineV1.ExecRequest(
      container: invocation.arguments[0], args: Array(invocation.arguments.dropFirst()), env: environment,
      workingDirectory: invocation.string("workdir") ?? "", user: invocation.string("user") ?? "",
      terminal: isTerminal, privileged: invocation.flag("privileged"),
      attachStdin: isAttached && invocation.flag("interactive"), attachStdout: isAttached,
      attachStderr: isAttached && !isTerminal)
    let size = Console.windowSize(of: session.console.input) ?? Console.windowSize(of: session.console.output)
    if isTerminal, isAttached, let size {
      request.consoleWidth = UInt32(size.columns)
      request.consoleHeight = UInt32(size.rows)
    }
    return request
  }

  private static func start(
    _ request: GantryEngineV1.ExecRequest, _ keys: DetachKeys, _ session: Session
  ) async throws -> (id: String, AttachedProcess?) {
    do throws(CommandFailure) {
      guard request.attachStdout else {
        return (try await session.containers { try await $0.exec(request) }.execId, nil)
      }
      do {
        let ends = try StreamEnds(
          terminal: request.terminal, input: request.attachStdin, output: true, error: request.attachStderr)
        let id = try await session.containers { try await $0.exec(request, options: .init(descriptors: ends.theirs)) }
          .execId
        let control = AttachedProcess.Control(
          resize: { width, height in
            _ = try await session.containers {
              try await $0.execResize(.init(container: request.container, execId: id, width: width, height: height))
            }
          }, signal: nil)
        let attached = try AttachedProcess(
          ends.ours, isTerminal: request.terminal, session: session, keys: keys, control: control)
        return (id, attached)
      } catch {
        throw CommandFailure(error)
      }
    } catch {
      throw await failure(error, request, session)
    }
  }

  /// A container that is not there and a command that is not there have one code, and so have a name that fits several
  /// containers and a user that cannot be; the engine is asked which it was.
  private static func failure(
    _ failure: CommandFailure, _ request: GantryEngineV1.ExecRequest, _ session: Session
  ) async -> CommandFailure {
    let exitCode = exitCode(failure)
    guard exitCode == 127 || exitCode == 126 else { return failure }
    // As with Docker: of a command that runs in the background no exit code is told.
    guard request.attachStdout else { return .usage(failure.sentence ?? "", exitCode: 1) }
    let isThere = (try? await ContainerFacts.fetch(request.container, session)) != nil
    return .usage(failure.sentence ?? "", exitCode: isThere ? exitCode : 1)
  }

  /// As in Docker a user or a working directory that the container has not is a command that cannot be executed.
  private static func exitCode(_ failure: CommandFailure) -> Int32 {
    if case .engine(let error) = failure, error.code == .invalidArgument { return 126 }
    return StartFailure.exitCode(failure)
  }
}
