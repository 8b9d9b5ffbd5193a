import AsyncWire
import ContainerLog
import Errors
import Linux
import Messages

/// `gantry logs`.
package enum LogsCommand {
  private static let time =
    "timestamp (e.g. \"2013-01-02T13:23:37Z\") or relative (e.g. \"42m\" for 42 minutes)"

  package static let command = Command(
    "logs", "[OPTIONS] CONTAINER", "Fetch the logs of a container", spellings: ["container logs", "logs"],
    arguments: .exactly(1),
    options: {
      [
        .flag("details", "", "Show extra details provided to logs"), .flag("follow", "f", "Follow log output"),
        .value("since", "", "string", "Show logs since \(time)"),
        .value("tail", "n", "string", "Number of lines to show from the end of the logs", default: "\"all\""),
        .flag("timestamps", "t", "Show timestamps"), .value("until", "", "string", "Show logs before a \(time)"),
      ]
    }
  ) { invocation, session in
    let name = invocation.arguments[0]
    let selection = try selection(invocation)
    let reply = try await session.containers { try await $0.logsReply(.init(container: name)) }
    guard let directory = reply.descriptors.first else {
      throw CommandFailure.local("the engine handed over no directory of logs; is it another version?")
    }
    let printer = LogPrinter(
      directory: directory, fileName: reply.message.fileName, selection: selection, console: session.console,
      hasTimestamps: invocation.flag("timestamps"), isTerminal: reply.message.terminal)
    let watch: Task<Void, Never>? =
      selection.follow && reply.message.running
      ? Task(executorPreference: WireExecutor.shared) {
        _ = try? await ExitWaiter(session: session, container: name).wait(for: .notRunning)
        printer.containerHasStopped()
      } : nil
    if watch == nil { printer.containerHasStopped() }
    defer { watch?.cancel() }
    try await printer.run()
    return 0
  }

  private static func selection(_ invocation: Invocation) throws -> LogSelection {
    func moment(_ option: String) throws -> LogTimestamp? {
      guard let text = invocation.string(option), !text.isEmpty else { return nil }
      do {
        let moment = try Moment(option: text)
        return LogTimestamp(seconds: moment.seconds, nanoseconds: Int32(moment.nanoseconds))
      } catch {
        throw error.wrapped("invalid value for \(GoSyntax.quoted(option))")
      }
    }
    // As in Docker, what is no number of lines is all of them.
    let tail = invocation.string("tail").flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
    return LogSelection(
      tail: tail, since: try moment("since"), until: try moment("until"), follow: invocation.flag("follow"))
  }
}
