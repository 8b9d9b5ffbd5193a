import Errors
import Linux
import Messages

/// How snapshots lie on the disk: what a kind of snapshotter adds to the bookkeeping that all share.
///
/// Every snapshot has a directory of its own, named by its number, below the store's `snapshots`. Calls block and
/// come from several threads, never two for one number at once.
public protocol SnapshotBackend: Sendable {
  /// Such as "overlay".
  var name: String { get }

  /// Fills the new, empty directory of a snapshot.
  ///
  /// - Parameter parents: numbers of the committed snapshots below, the nearest first.
  /// - Throws: `GantryError` from the file system; the directory is thrown away then.
  func fill(_ directory: FileDescriptor, kind: Snapshot.Kind, parents: [UInt64], store: SnapshotDirectories)
    throws(GantryError)

  /// How to mount an active snapshot or a view.
  ///
  /// - Parameter parents: as for `fill`.
  func mounts(of snapshot: Snapshot, parents: [UInt64], store: SnapshotDirectories) -> [ContainerdTypes.Mount]

  /// Puts a snapshot that was made on nothing onto parents: called before it is committed.
  ///
  /// - Throws: `.failedPrecondition` where this kind of snapshotter cannot.
  func rebase(_ id: UInt64, onto parents: [UInt64], store: SnapshotDirectories) throws(GantryError)

  /// Where in its directory a snapshot keeps its own files: what its usage counts.
  var contentDirectory: String { get }
}

extension SnapshotBackend {
  public func rebase(_ id: UInt64, onto parents: [UInt64], store: SnapshotDirectories) throws(GantryError) {
    throw GantryError(
      .failedPrecondition, "the snapshotter \(name) cannot put a snapshot on a parent that Prepare was not given")
  }
}
