import Errors
import Messages

/// `gantry start`.
package enum StartCommand {
  package static let command = Command(
    "start", "[OPTIONS] CONTAINER [CONTAINER...]", "Start one or more stopped containers",
    spellings: ["container start", "start"], arguments: .atLeast(1),
    options: {
      [
        .flag("attach", "a", "Attach STDOUT/STDERR and forward signals"),
        .value("detach-keys", "", "string", "Override the key sequence for detaching a container"),
        .flag("interactive", "i", "Attach container's STDIN"),
      ]
    }
  ) { invocation, session in
    guard invocation.flag("attach") || invocation.flag("interactive") else {
      return try await startAll(invocation.arguments, session)
    }
    guard invocation.arguments.count == 1 else {
      throw CommandFailure.local("you cannot start and attach multiple containers at once")
    }
    return try await startAttached(invocation, session)
  }

  private static func startAll(_ names: [String], _ session: Session) async throws -> Int32 {
    var failed: [String] = []
    for name in names {
      do throws(CommandFailure) {
        _ = try await session.containers { try await $0.start(.init(container: name)) }
        try session.console.print(name + "\n")
      } catch {
        guard case .engine = error else { throw error }
        session.console.complain(error.sentence ?? "")
        failed.append(name)
      }
    }
    guard failed.isEmpty else {
      throw CommandFailure.local("Error: failed to start containers: \(failed.joined(separator: ", "))")
    }
    return 0
  }

  private static func startAttached(_ invocation: Invocation, _ session: Session) async throws -> Int32 {
    let keys = try invocation.string("detach-keys").map { try DetachKeys($0) } ?? .standard
    let facts = try await ContainerFacts.fetch(invocation.arguments[0], session)
    let waitsForInput = invocation.flag("interactive") && facts.isInputOpen
    if facts.isTerminal, waitsForInput, !session.console.inputIsTerminal {
      throw CommandFailure.local("the input device is not a TTY")
    }
    let waiter = ExitWaiter(session: session, container: facts.id)
    let condition: GantryEngineV1.WaitCondition = facts.isRemovedAtExit ? .removed : .nextExit
    let exit = waiter.ask(for: condition)
    let attached: AttachedProcess
    do throws(CommandFailure) {
      attached = try await ContainerAttachment(
        container: facts.id, terminal: facts.isTerminal, input: waitsForInput, output: true, error: !facts.isTerminal,
        keys: keys, proxiesSignals: !facts.isTerminal
      ).start(session)
    } catch {
      exit.cancel()
      let exitCode = StartFailure.exitCode(error)
      throw CommandFailure.usage(error.sentence ?? "", exitCode: exitCode == 125 ? 1 : exitCode)
    }
    await attached.fitTerminal()
    guard let result = try await attached.run(exit: exit) else { return 0 }
    return Int32(clamping: result.exitCode)
  }
}
