import Glibc
import Linux
import Messages
import Wire

/// Passes on how far a job is, ten times a second at most. Not thread-safe.
final class Reporter {
  private let connection: WorkerConnection
  private let stream: UInt32
  private var last = MonotonicTime.now

  init(_ connection: WorkerConnection, _ stream: UInt32) {
    self.connection = connection
    self.stream = stream
  }

  /// Sends an event of the progress, if it is time for one. Where nobody listens any more, the process ends: its job
  /// is of no use to anyone.
  func send<Event: Message>(
    _ event: (GantryWorkerV1.Progress) -> Event, of progress: () -> GantryWorkerV1.Progress
  ) {
    let now = MonotonicTime.now
    guard last.duration(to: now) >= .milliseconds(100) else { return }
    last = now
    do { try connection.send(event(progress()), on: stream) } catch { _exit(0) }
  }
}
