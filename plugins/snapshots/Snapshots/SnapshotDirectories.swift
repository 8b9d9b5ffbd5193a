import Errors
import Glibc
import Linux
import Threads

/// The directories of all snapshots: made under a temporary name, renamed into place, renamed aside before they are
/// removed, so that a number is either there whole or not at all.
public struct SnapshotDirectories: Sendable {
  /// Absolute path of the directory `snapshots`.
  public let path: String
  let descriptor: FileDescriptor
  private let remover = BlockingThreads(name: "snapshot-rm", limit: 1)

  private static let removedPrefix = "rm-"
  private static let newPrefix = "new-"

  /// - Throws: `GantryError` from the file system.
  init(in root: FileDescriptor, path: String) throws(GantryError) {
    self.path = path + "/snapshots"
    descriptor = try root.makeDirectory("snapshots", mode: 0o700)
    descriptor.spreadSubdirectories()
  }

  /// The directory of a snapshot, as an absolute path.
  public func path(of id: UInt64) -> String { "\(path)/\(id)" }

  /// Opens the directory of a snapshot.
  ///
  /// - Throws: `GantryError` from openat(2).
  public func open(_ id: UInt64) throws(GantryError) -> FileDescriptor {
    try descriptor.open(String(id), O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
  }

  /// Makes the directory of a snapshot, `fill` its content.
  func make(_ id: UInt64, fill: (FileDescriptor) throws(GantryError) -> Void) throws(GantryError) {
    let temporary = "\(Self.newPrefix)\(id)"
    do throws(GantryError) {
      try fill(descriptor.makeDirectory(temporary, mode: 0o700))
      try descriptor.rename(temporary, to: String(id))
    } catch {
      try? descriptor.removeTree(temporary)
      throw error
    }
  }

  /// Takes a directory away at once; its content goes in the background.
  func remove(_ id: UInt64) throws(GantryError) {
    let aside = "\(Self.removedPrefix)\(id)-\(MonotonicTime.now.nanoseconds)"
    do throws(GantryError) { try descriptor.rename(String(id), to: aside) } catch {
      if error.errno == ENOENT { return }
      throw error
    }
    removeInBackground(aside)
  }

  private func removeInBackground(_ name: String) {
    // What cannot be removed now is tried again at the next start.
    remover.submit { [descriptor] in try? descriptor.removeTree(name) }
  }

  /// Removes, in the background, all that belongs to no snapshot: left behind by a process that was killed.
  ///
  /// - Throws: `GantryError` from the file system.
  func removeLeftovers(keeping ids: Set<UInt64>) throws(GantryError) {
    for name in try descriptor.directoryEntries() {
      if let id = UInt64(name) {
        if !ids.contains(id) { try remove(id) }
      } else if name.hasPrefix(Self.removedPrefix) || name.hasPrefix(Self.newPrefix) {
        removeInBackground(name)
      }
    }
  }

  /// Waits until what was removed is gone.
  func waitForRemovals() async throws { try await remover.run {} }
}
