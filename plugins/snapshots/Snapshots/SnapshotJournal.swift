import Errors
import Glibc
import JSON
import Linux

/// The record of all snapshots on disk: a file of JSON lines, appended to, and written anew when most of it is stale.
///
/// A line goes out in one write(2), so it survives the end of this process by any signal; a line cut off by the end
/// of the machine is dropped. Commits are synchronised to the disk, preparations and removals are not: what they
/// might leave behind is found at the next start. Not thread-safe.
struct SnapshotJournal {
  enum Change {
    case put(Snapshot)
    case remove(key: String)
    /// A commit: one line, so that nobody sees half of it.
    case replace(key: String, Snapshot)
  }

  private let directory: FileDescriptor
  private var file: FileDescriptor
  private var lineCount = 0

  static let fileName = "snapshots.journal"
  private static let staleLines = 1000

  /// Opens the journal in `directory`, or begins one.
  ///
  /// - Returns: the journal and all that it says.
  /// - Throws: `.dataLoss` naming the line that cannot be read, unless it is a last one cut off; `GantryError` from
  ///   the file system.
  static func open(in directory: FileDescriptor) throws(GantryError) -> (SnapshotJournal, [String: Snapshot]) {
    let file = try directory.open(fileName, O_RDWR | O_CREAT | O_APPEND, mode: 0o600)
    let bytes = try file.readAll(limit: 1 << 30)
    var snapshots: [String: Snapshot] = [:]
    var lineCount = 0
    var whole = 0
    for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast() {
      lineCount += 1
      guard apply(line, to: &snapshots) else {
        throw GantryError(
          .dataLoss, "line \(lineCount) of the snapshotter's \(fileName) cannot be read; restore the file from a backup"
        )
      }
      whole += line.count + 1
    }
    if whole < bytes.count {
      try retryingOnInterrupt("ftruncate", fileName) { ftruncate(file.number, whole) }
    }
    return (SnapshotJournal(directory: directory, file: file, lineCount: lineCount), snapshots)
  }

  private init(directory: FileDescriptor, file: FileDescriptor, lineCount: Int) {
    self.directory = directory
    self.file = file
    self.lineCount = lineCount
  }

  private static func apply(_ line: ArraySlice<UInt8>, to snapshots: inout [String: Snapshot]) -> Bool {
    guard let json = try? JSONValue(parsing: line) else { return false }
    if let key = json["remove"]?.string { snapshots[key] = nil }
    if let put = json["put"] {
      guard let snapshot = Snapshot(put) else { return false }
      snapshots[snapshot.key] = snapshot
    }
    return true
  }

  /// Writes down a change that has been made in `snapshots` already.
  ///
  /// - Throws: `GantryError` from the file system; the change must be taken back then.
  mutating func record(_ change: Change, _ snapshots: [String: Snapshot]) throws(GantryError) {
    if lineCount > Self.staleLines, lineCount > 4 * snapshots.count { return try rewrite(snapshots) }
    let line: JSONValue
    var isCommit = false
    switch change {
    case .put(let snapshot): line = ["put": snapshot.json]
    case .remove(let key): line = ["remove": .string(key)]
    case .replace(let key, let snapshot):
      line = ["remove": .string(key), "put": snapshot.json]
      isCommit = true
    }
    try file.writeAll(line.serialized() + [0x0A])
    if isCommit { try file.synchronize() }
    lineCount += 1
  }

  private mutating func rewrite(_ snapshots: [String: Snapshot]) throws(GantryError) {
    var bytes: [UInt8] = []
    for snapshot in snapshots.values.sorted(by: { $0.id < $1.id }) {
      bytes += JSONValue.object(JSONObject([("put", snapshot.json)])).serialized() + [0x0A]
    }
    try directory.replaceFile(Self.fileName, with: bytes)
    file = try directory.open(Self.fileName, O_RDWR | O_APPEND)
    lineCount = snapshots.count
  }
}
