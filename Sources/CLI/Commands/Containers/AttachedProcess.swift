import AsyncWire
import Errors
import Glibc
import Linux
import Messages
import Synchronization

/// A process that the console is joined to: copying, window sizes and signals for as long as it runs.
package final class AttachedProcess: Sendable {
  /// What its terminal's size and the signals go to.
  package struct Control: Sendable {
    let resize: @Sendable (UInt32, UInt32) async throws -> Void
    /// nil where signals stay with this program.
    let signal: (@Sendable (Int32) async throws -> Void)?
  }

  /// Until copying begins.
  private let streams: Mutex<AttachedStreams?>
  private let isTerminal: Bool
  private let keys: DetachKeys?
  private let mode: TerminalMode?
  private let relay: SignalRelay?
  private let session: Session
  private let control: Control
  /// Signals that came before the process ran.
  private let earlySignals = SignalCount()

  /// What goes on to the process when this program gets it.
  private static let proxied = [SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGTERM, SIGCONT, SIGTSTP]
  /// What ends this program; the terminal is restored before.
  private static let fatal = [SIGHUP, SIGINT, SIGQUIT, SIGTERM]

  /// Takes the terminal into its hands, in raw mode, and the signals. Copying begins with `run`.
  ///
  /// - Throws: `GantryError` where the terminal or a thread fails.
  package init(
    _ streams: consuming AttachedStreams, isTerminal: Bool, session: Session, keys: DetachKeys, control: Control
  ) throws(GantryError) {
    self.session = session
    self.control = control
    let console = session.console
    let typesIntoTerminal = isTerminal && streams.input != nil && console.inputIsTerminal
    let mode = typesIntoTerminal ? try TerminalMode(raw: console.input) : nil
    self.mode = mode
    if !session.surroundings.catchesSignals {
      relay = nil
    } else {
      let proxies = control.signal != nil
      let signals = (proxies ? Self.proxied : isTerminal ? Self.fatal : []) + (isTerminal ? [SIGWINCH] : [])
      let early = earlySignals
      relay =
        signals.isEmpty
        ? nil
        : try SignalRelay(signals) { signal in
          guard Self.fatal.contains(signal) else { return }
          // The first one waits for the start and goes on to the process; who repeats it means this program.
          if proxies, early.increment() != 2 { return }
          mode?.restore()
          SignalRelay.die(of: signal)
        }
    }
    let watchesKeys = streams.input != nil && (isTerminal || console.inputIsTerminal)
    self.keys = watchesKeys ? keys : nil
    self.isTerminal = isTerminal
    self.streams = Mutex(streams)
  }

  deinit {
    relay?.stop()
    mode?.restore()
  }

  /// Has standard input written to `end`, in place of what was brought for it.
  func write(to end: FileDescriptor) { streams.withLock { $0?.input = end } }

  /// Copies until the process has exited and its output has ended.
  ///
  /// - Parameter exit: waits for the process's end.
  /// - Returns: the exit code; nil where the detach keys were typed.
  /// - Throws: `CommandFailure` from `exit`, or where no thread is to be had for the copying.
  package func run(
    exit: Task<GantryEngineV1.WaitContainerResponse, any Error>
  ) async throws(CommandFailure) -> GantryEngineV1.WaitContainerResponse? {
    earlySignals.close()
    let pump: StreamPump
    do throws(GantryError) {
      guard let streams = streams.withLock({ $0.take() }) else {
        throw GantryError(.internal, "the streams of the process are being copied already")
      }
      pump = try StreamPump(streams, isTerminal: isTerminal, console: session.console, keys: keys)
    } catch {
      throw CommandFailure(error)
    }
    let signals = Task(executorPreference: WireExecutor.shared) { [relay, control, mode] in
      guard let relay else { return }
      for await signal in relay.signals { await Self.deliver(signal, control, self.session, mode) }
    }
    defer {
      signals.cancel()
      relay?.stop()
      mode?.restore()
    }
    let end = await withTaskGroup(of: Step.self) { group in
      group.addTask { .copied(await pump.finished()) }
      group.addTask {
        do {
          let value = try await withTaskCancellationHandler {
            try await exit.value
          } onCancel: {
            exit.cancel()
          }
          return .exited(.success(value))
        } catch {
          return .exited(.failure(CommandFailure(error)))
        }
      }
      var outcome: Result<GantryEngineV1.WaitContainerResponse?, CommandFailure> = .success(nil)
      for await step in group {
        switch step {
        case .copied(.detached):
          group.cancelAll()
          mode?.restore()
          session.console.complain("read escape sequence")
          return Result<GantryEngineV1.WaitContainerResponse?, CommandFailure>.success(nil)
        case .copied(.outputClosed):
          // Nobody reads any more. The container runs on, as Docker's does; its log has what it writes.
          group.cancelAll()
          return .failure(.silent(exitCode: 141))
        case .copied(.outputFailed(let reason)):
          // As above, but a person can do something about it.
          group.cancelAll()
          mode?.restore()
          let error = GantryError.system("write", "/dev/stdout", errno: reason).naming("write", "/dev/stdout")
          session.console.complain(error.message)
          return .failure(.silent(exitCode: 1))
        case .copied: break
        case .exited(let result):
          pump.processHasExited()
          outcome = result.map { $0 }
        }
      }
      return outcome
    }
    return try end.get()
  }

  /// Gives the process's terminal the size of this one.
  package func fitTerminal() async {
    guard let mode else { return }
    await Self.deliver(SIGWINCH, control, session, mode)
  }

  private enum Step: Sendable {
    case copied(StreamPump.End)
    case exited(Result<GantryEngineV1.WaitContainerResponse, CommandFailure>)
  }

  private static func deliver(_ signal: Int32, _ control: Control, _ session: Session, _ mode: TerminalMode?) async {
    if signal == SIGWINCH {
      guard let size = Console.windowSize(of: session.console.input) ?? Console.windowSize(of: session.console.output)
      else { return }
      try? await control.resize(UInt32(size.columns), UInt32(size.rows))
      return
    }
    do {
      try await control.signal?(signal)
    } catch {
      // With nobody there to pass it on, the signal means this program.
      guard CommandFailure(error).isAbsence, fatal.contains(signal) else { return }
      mode?.restore()
      SignalRelay.die(of: signal)
    }
  }
}
