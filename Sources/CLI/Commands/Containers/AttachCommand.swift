import Errors
import Messages

/// `gantry attach`.
package enum AttachCommand {
  package static let command = Command(
    "attach", "[OPTIONS] CONTAINER",
    "Attach local standard input, output, and error streams to a running container",
    spellings: ["container attach", "attach"], arguments: .exactly(1),
    options: {
      [
        .value("detach-keys", "", "string", "Override the key sequence for detaching a container"),
        .flag("no-stdin", "", "Do not attach STDIN"),
        .flag("sig-proxy", "", "Proxy all received signals to the process", on: true),
      ]
    }
  ) { invocation, session in
    let keys = try invocation.string("detach-keys").map { try DetachKeys($0) } ?? .standard
    let facts = try await ContainerFacts.fetch(invocation.arguments[0], session)
    guard facts.isRunning else {
      throw CommandFailure.local("You cannot attach to a stopped container, start it first")
    }
    guard !facts.isPaused else {
      throw CommandFailure.local("You cannot attach to a paused container, unpause it first")
    }
    let takesInput = !invocation.flag("no-stdin") && facts.isInputOpen
    if facts.isTerminal, takesInput, !session.console.inputIsTerminal {
      throw CommandFailure.local("the input device is not a TTY")
    }
    let waiter = ExitWaiter(session: session, container: facts.id)
    // It runs; should it end before this is heard, the answer is its exit code all the same.
    let condition: GantryEngineV1.WaitCondition = facts.isRemovedAtExit ? .removed : .notRunning
    let exit = waiter.ask(for: condition)
    let attached: AttachedProcess
    do {
      attached = try await ContainerAttachment(
        container: facts.id, terminal: facts.isTerminal, input: takesInput, output: true, error: !facts.isTerminal,
        keys: keys, proxiesSignals: !facts.isTerminal && invocation.flag("sig-proxy", otherwise: true)
      ).join(session)
    } catch {
      exit.cancel()
      throw error
    }
    await attached.fitTerminal()
    guard let result = try await attached.run(exit: exit) else { return 0 }
    return Int32(clamping: result.exitCode)
  }
}
