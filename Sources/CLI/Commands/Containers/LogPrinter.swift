import ContainerLog
import Errors
import Glibc
import Linux
import Synchronization

/// Prints a container's log on a thread of its own, and goes on until the container has stopped.
package final class LogPrinter: Sendable {
  private let directory: FileDescriptor
  private let fileName: String
  private let selection: LogSelection
  private let console: Console
  private let hasTimestamps: Bool
  private let isTerminal: Bool
  private let hasStopped = Atomic<Bool>(false)

  package init(
    directory: FileDescriptor, fileName: String, selection: LogSelection, console: Console, hasTimestamps: Bool,
    isTerminal: Bool
  ) {
    self.directory = directory
    self.fileName = fileName
    self.selection = selection
    self.console = console
    self.hasTimestamps = hasTimestamps
    self.isTerminal = isTerminal
  }

  /// Says that nothing more will be written: what is there is printed to its end, and that is all.
  package func containerHasStopped() { hasStopped.store(true, ordering: .releasing) }

  /// Prints it.
  ///
  /// - Throws: `CommandFailure`: `.silent` where nobody reads any more, `.local` for a log that cannot be read.
  package func run() async throws(CommandFailure) {
    let result = await withCheckedContinuation {
      (continuation: CheckedContinuation<Result<Void, CommandFailure>, Never>) in
      do {
        try BackgroundThread.start {
          do throws(CommandFailure) {
            try self.copy()
            continuation.resume(returning: .success(()))
          } catch {
            continuation.resume(returning: .failure(error))
          }
        }
      } catch {
        continuation.resume(returning: .failure(CommandFailure(error)))
      }
    }
    try result.get()
  }

  private func copy() throws(CommandFailure) {
    do {
      let reader = try LogReader(directory: directory, name: fileName, selection: selection)
      while true {
        // Looked at before the log is read to its end: what was written before the stop is printed.
        let isLast = hasStopped.load(ordering: .acquiring)
        try copyEntries(reader)
        if isLast || !selection.follow || isPastUntil { return }
        _ = reader.wait(timeoutInMilliseconds: 100)
      }
    } catch {
      guard error.errno != EPIPE else { throw .silent(exitCode: 141) }
      throw CommandFailure(error)
    }
  }

  /// Gathers entries of one stream, so that many short lines are few writes.
  private func copyEntries(_ reader: LogReader) throws(GantryError) {
    var bytes: [UInt8] = []
    var stream = LogStream.stdout
    while let entry = try reader.next() {
      let entryStream = isTerminal ? .stdout : entry.stream
      if entryStream != stream || bytes.count > 64 << 10 {
        try write(&bytes, stream)
        stream = entryStream
      }
      if hasTimestamps {
        let moment = Moment(seconds: entry.time.seconds, nanoseconds: Int64(entry.time.nanoseconds))
        bytes += (moment.rfc3339 + " ").utf8
      }
      bytes += entry.log
    }
    try write(&bytes, stream)
  }

  private func write(_ bytes: inout [UInt8], _ stream: LogStream) throws(GantryError) {
    guard !bytes.isEmpty else { return }
    try (stream == .stdout ? console.output : console.error).writeAll(bytes)
    bytes.removeAll(keepingCapacity: true)
  }

  private var isPastUntil: Bool { selection.until.map { $0 < LogTimestamp.now } ?? false }
}
