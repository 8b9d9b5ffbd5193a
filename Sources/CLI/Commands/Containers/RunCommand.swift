import Errors
import Messages

/// `gantry run`.
package enum RunCommand {
  package static let command = Command(
    "run", "[OPTIONS] IMAGE [COMMAND] [ARG...]", "Create and run a new container from an image",
    spellings: ["container run", "run"], arguments: .atLeast(1), stopsAtArgument: true,
    options: {
      ContainerOptions.all + [
        .flag("detach", "d", "Run container in background and print container ID"),
        .value("detach-keys", "", "string", "Override the key sequence for detaching a container"),
        .flag("sig-proxy", "", "Proxy received signals to the process", on: true),
      ]
    }
  ) { invocation, session in
    do {
      return try await Run(invocation, session).perform()
    } catch {
      throw StartFailure.shaped(CommandFailure(error), path: invocation.path)
    }
  }
}

/// One `gantry run` on its way.
private struct Run: Sendable {
  private let invocation: Invocation
  private let session: Session
  private let keys: DetachKeys
  private var request: GantryEngineV1.CreateContainerRequest

  init(_ invocation: Invocation, _ session: Session) throws {
    self.invocation = invocation
    self.session = session
    keys = try invocation.string("detach-keys").map { try DetachKeys($0) } ?? .standard
    request = try ContainerRequest(invocation, session).message()
    try ImageReference.check(request.image)
    let streams = invocation.strings("attach").map { $0.lowercased() }
    guard !invocation.flag("detach") else {
      guard streams.isEmpty else {
        throw CommandFailure.usage("conflicting options: cannot specify both --attach and --detach", exitCode: 1)
      }
      return
    }
    request.attachStdin = streams.isEmpty ? request.openStdin : streams.contains("stdin")
    request.attachStdout = streams.isEmpty || streams.contains("stdout")
    request.attachStderr = streams.isEmpty || streams.contains("stderr")
    request.openStdin = request.openStdin || request.attachStdin
    request.stdinOnce = request.attachStdin
    guard request.container?.terminal == true else { return }
    if request.attachStdin, !session.console.inputIsTerminal {
      throw CommandFailure.usage("the input device is not a TTY", exitCode: 1)
    }
    if let size = Console.windowSize(of: session.console.input) ?? Console.windowSize(of: session.console.output) {
      request.container?.consoleWidth = UInt32(size.columns)
      request.container?.consoleHeight = UInt32(size.rows)
    }
  }

  func perform() async throws -> Int32 {
    let idFile = try invocation.string("cidfile").map { try ContainerIDFile($0) }
    let id: String
    do {
      let created = try await ImageFetch(session).create(
        request, policy: invocation.string("pull") ?? "missing", platform: invocation.string("platform") ?? "",
        isQuiet: invocation.flag("quiet"))
      id = created.id
      for warning in created.warnings { session.console.complain("WARNING: \(warning)") }
    } catch {
      idFile?.abandon()
      throw error
    }
    try idFile?.write(id)
    return invocation.flag("detach") ? try await startDetached(id) : try await runAttached(id)
  }

  private func startDetached(_ id: String) async throws -> Int32 {
    do throws(CommandFailure) {
      try await start(id, ExitWaiter(session: session, container: id))
    } catch {
      // The container was made, and may still be there: Docker tells its id, too.
      try? session.console.print(id + "\n")
      throw StartFailure.shaped(error, path: invocation.path, exitCode: StartFailure.exitCode(error))
    }
    try session.console.print(id + "\n")
    return 0
  }

  private func start(_ id: String, _ waiter: ExitWaiter) async throws(CommandFailure) {
    do throws(CommandFailure) {
      _ = try await session.containers { try await $0.start(.init(container: id)) }
    } catch {
      guard await lostStart(id, waiter).wentThrough(after: error) else { throw error }
    }
  }

  private func lostStart(_ id: String, _ waiter: ExitWaiter) -> LostStart {
    LostStart(session: session, container: id, waiter: waiter, isRemovedAtExit: request.autoRemove)
  }

  private func runAttached(_ id: String) async throws -> Int32 {
    let waiter = ExitWaiter(session: session, container: id)
    let condition: GantryEngineV1.WaitCondition = request.autoRemove ? .removed : .nextExit
    // On its way before the start is, so that no exit is too quick for it.
    let exit = waiter.ask(for: condition)
    let terminal = request.container?.terminal == true
    let attached: AttachedProcess
    do throws(CommandFailure) {
      attached = try await ContainerAttachment(
        container: id, terminal: terminal, input: request.attachStdin, output: request.attachStdout,
        error: request.attachStderr && !terminal, keys: keys,
        proxiesSignals: invocation.flag("sig-proxy", otherwise: true)
      ).start(session, lost: lostStart(id, waiter))
    } catch {
      exit.cancel()
      throw StartFailure.shaped(error, path: invocation.path, exitCode: StartFailure.exitCode(error))
    }
    guard let result = try await attached.run(exit: exit) else { return 0 }
    if !result.error.isEmpty { session.console.complain("Error waiting for container: \(result.error)") }
    return Int32(clamping: result.exitCode)
  }
}
