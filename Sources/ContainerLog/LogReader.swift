import CLinux
import Errors
import Glibc
import Linux

/// Reads a container's log across rotated files, and follows it while it grows and rotates.
///
/// Lines that are no log entry are stepped over and counted. Memory stays below two megabytes however
/// long the log is. For one thread.
public final class LogReader {
  private let files: LogFileSet
  private let selection: LogSelection
  private var current: LogFileReader?
  private var upcoming: [LogFileSet.Member]
  private var isPastUntil = false
  private var watch: LogWatch?

  /// Lines that were no log entry.
  public private(set) var skippedLines = 0

  /// Opens the log `name` in `directory`.
  ///
  /// - Throws: `GantryError` from openat(2) and inotify; a log that is not there yet is no error but empty.
  public init(
    directory: FileDescriptor, name: String, selection: LogSelection = LogSelection()
  ) throws(GantryError) {
    files = LogFileSet(directory: directory, name: name)
    self.selection = selection
    // Watched before it is read: no change between the two is missed.
    watch = selection.follow ? try LogWatch(directory: directory) : nil
    let members = try files.all()
    if let tail = selection.tail, !members.isEmpty {
      if tail > 0 {
        let (index, offset) = try LogTail.start(of: tail, in: members)
        upcoming = Array(members[(index + 1)...])
        open(members[index], at: offset)
      } else {
        let last = members[members.count - 1]
        upcoming = []
        open(last, at: Self.endOfLastEntry(last.descriptor))
      }
    } else {
      upcoming = members
    }
  }

  /// Becomes readable when `next()` may have more; nil unless the log is followed.
  public var waitDescriptor: FileDescriptor? { watch?.descriptor }

  /// The next entry.
  ///
  /// - Returns: nil when there is no more; when following, none for now: wait for `waitDescriptor`.
  /// - Throws: `GantryError` from reading.
  public func next() throws(GantryError) -> LogEntry? {
    var hasLookedAgain = false
    while !isPastUntil {
      if let reader = current {
        while let parsed = try reader.nextLine({ LogLineParser.parse($0) }) {
          guard let entry = parsed else {
            skippedLines += 1
            continue
          }
          if let until = selection.until, until < entry.time {
            isPastUntil = true
            return nil
          }
          if let since = selection.since, entry.time < since { continue }
          return entry
        }
      }
      if !upcoming.isEmpty {
        open(upcoming.removeFirst(), at: 0)
      } else if !hasLookedAgain, selection.follow {
        // The events are taken before the files are looked at, so that one that comes now wakes the next wait.
        watch?.drain()
        try lookForChanges()
        hasLookedAgain = true
      } else {
        return nil
      }
    }
    return nil
  }

  /// Blocks until `next()` may have more, or the time is over.
  ///
  /// - Returns: whether there may be more.
  public func wait(timeoutInMilliseconds: Int32) -> Bool {
    guard let watch else { return false }
    var event = pollfd(fd: watch.descriptor.number, events: Int16(POLLIN), revents: 0)
    return poll(&event, 1, timeoutInMilliseconds) > 0
  }

  private func open(_ member: LogFileSet.Member, at offset: Int64) {
    current = LogFileReader(descriptor: member.descriptor, identity: member.identity, offset: offset)
    watch?.add(member.descriptor)
  }

  /// The file that was read to its end may have grown, been emptied, or been put aside for younger ones.
  private func lookForChanges() throws(GantryError) {
    guard let reader = current else {
      upcoming = try files.all()
      return
    }
    reader.restartIfTruncated()
    guard let youngest = try files.current(), youngest.identity != reader.identity else { return }
    // The loop reads the old file to its end once more before it takes the first of these.
    upcoming = try files.successors(of: reader.identity)
  }

  private static func endOfLastEntry(_ descriptor: FileDescriptor) -> Int64 {
    var status = stat()
    guard fstat(descriptor.number, &status) == 0 else { return 0 }
    return Int64(status.st_size)
  }
}
