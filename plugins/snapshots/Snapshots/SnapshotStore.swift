import Errors
import Glibc
import Linux
import Messages
import Synchronization

/// All snapshots of one snapshotter: who stands on whom, durably, and their directories. Calls block; safe to use
/// from several threads.
///
/// Keys of active snapshots and names of committed ones are one space. The record says what exists; a directory that
/// it does not know is a leftover, and goes at the next start.
public final class SnapshotStore: Sendable {
  private struct State {
    var journal: SnapshotJournal
    var snapshots: [String: Snapshot]
    /// Being made right now, key to parent: the key is taken, the parent in use.
    var pending: [String: String] = [:]
    var nextID: UInt64
  }

  private let backend: any SnapshotBackend
  private let directories: SnapshotDirectories
  private let state: Mutex<State>

  /// Opens the store in an existing directory and clears away what a crash left.
  ///
  /// - Parameter path: absolute path of the directory.
  /// - Throws: `.dataLoss` where the record cannot be read; `GantryError` from the file system.
  public init(path: String, backend: any SnapshotBackend) throws(GantryError) {
    self.backend = backend
    let root = try FileDescriptor.open(path, O_RDONLY | O_DIRECTORY)
    directories = try SnapshotDirectories(in: root, path: path)
    let (journal, snapshots) = try SnapshotJournal.open(in: root)
    let ids = snapshots.values.map(\.id)
    let leftovers = try directories.descriptor.directoryEntries().compactMap { UInt64($0) }
    let nextID = ((ids + leftovers).max() ?? 0) + 1
    state = Mutex(State(journal: journal, snapshots: snapshots, nextID: nextID))
    try directories.removeLeftovers(keeping: Set(ids))
  }

  /// Makes an active snapshot or a view on `parent`.
  ///
  /// - Throws: `.alreadyExists` where the key is taken; `.notFound` where there is no such parent; `.invalidArgument`
  ///   where the parent is not committed.
  public func create(_ kind: Snapshot.Kind, key: String, parent: String, labels: [String: String]) throws(GantryError)
    -> [ContainerdTypes.Mount]
  {
    guard !key.isEmpty else { throw GantryError(.invalidArgument, "a snapshot's key must not be empty") }
    let (id, parents) = try reserve(key, parent)
    do throws(GantryError) {
      try directories.make(id) { (directory) throws(GantryError) in
        try backend.fill(directory, kind: kind, parents: parents, store: directories)
      }
    } catch {
      state.withLock { $0.pending[key] = nil }
      throw error.wrapped("snapshot \(key)")
    }
    let now = GoogleProtobuf.Timestamp.now()
    let snapshot = Snapshot(
      key: key, parent: parent, kind: kind, id: id, createdAt: now, updatedAt: now, labels: labels,
      usage: SnapshotUsage())
    do throws(GantryError) {
      try change { (state) throws(GantryError) in
        state.pending[key] = nil
        state.snapshots[key] = snapshot
        return .put(snapshot)
      }
    } catch {
      try? directories.remove(id)
      throw error
    }
    return backend.mounts(of: snapshot, parents: parents, store: directories)
  }

  private func reserve(_ key: String, _ parent: String) throws(GantryError) -> (id: UInt64, parents: [UInt64]) {
    try locked { (state) throws(GantryError) in
      guard state.snapshots[key] == nil, state.pending[key] == nil else {
        throw GantryError(.alreadyExists, "snapshot \(key) exists already")
      }
      let parents = try Self.chain(from: parent, state.snapshots)
      state.pending[key] = parent
      defer { state.nextID += 1 }
      return (state.nextID, parents)
    }
  }

  /// Numbers of `parent` and all it stands on.
  private static func chain(from parent: String, _ snapshots: [String: Snapshot]) throws(GantryError) -> [UInt64] {
    var ids: [UInt64] = []
    var name = parent
    while !name.isEmpty {
      guard let snapshot = snapshots[name] else { throw GantryError(.notFound, "snapshot \(name) does not exist") }
      guard snapshot.kind == .committed else {
        throw GantryError(.invalidArgument, "snapshot \(name) is not committed: nothing can stand on it")
      }
      ids.append(snapshot.id)
      name = snapshot.parent
    }
    return ids
  }

  /// How to mount an active snapshot or a view.
  ///
  /// - Throws: `.notFound`; `.failedPrecondition` for a committed one.
  public func mounts(_ key: String) throws(GantryError) -> [ContainerdTypes.Mount] {
    let (snapshot, parents) = try locked { (state) throws(GantryError) in
      let snapshot = try Self.find(key, state.snapshots)
      return (snapshot, try Self.chain(from: snapshot.parent, state.snapshots))
    }
    guard snapshot.kind != .committed else {
      throw GantryError(.failedPrecondition, "snapshot \(key) is committed: prepare one on it, that can be mounted")
    }
    return backend.mounts(of: snapshot, parents: parents, store: directories)
  }

  /// Makes the active snapshot `key` the committed `name`.
  ///
  /// - Parameter parent: what to stand on, where the snapshot was made on nothing; "" leaves it as it is.
  /// - Throws: `.notFound`; `.alreadyExists` where the name is taken; `.failedPrecondition` where it is not active, stands
  ///   on another parent, or the backend cannot put it on one; `.invalidArgument` where the parent is not committed.
  public func commit(_ key: String, as name: String, parent: String = "", labels: [String: String]) throws(GantryError)
  {
    guard !name.isEmpty else { throw GantryError(.invalidArgument, "a snapshot's name must not be empty") }
    let (active, parents) = try locked { (state) throws(GantryError) in
      (try Self.checkCommit(key, name, parent, state), try Self.chain(from: parent, state.snapshots))
    }
    if active.parent != parent, !parent.isEmpty { try backend.rebase(active.id, onto: parents, store: directories) }
    let measured = try measure(active.id)
    try change { (state) throws(GantryError) in
      var snapshot = try Self.checkCommit(key, name, parent, state)
      _ = try Self.chain(from: parent, state.snapshots)
      if !parent.isEmpty { snapshot.parent = parent }
      state.snapshots[key] = nil
      snapshot.key = name
      snapshot.kind = .committed
      snapshot.updatedAt = .now()
      snapshot.labels.merge(labels) { _, new in new }
      snapshot.usage = measured
      state.snapshots[name] = snapshot
      return .replace(key: key, snapshot)
    }
  }

  private static func checkCommit(
    _ key: String, _ name: String, _ parent: String, _ state: State
  ) throws(GantryError) -> Snapshot {
    let snapshot = try find(key, state.snapshots)
    guard parent.isEmpty || snapshot.parent.isEmpty || snapshot.parent == parent else {
      throw GantryError(
        .failedPrecondition, "snapshot \(key) stands on \(snapshot.parent) and cannot be put on \(parent)")
    }
    guard snapshot.kind == .active else {
      throw GantryError(.failedPrecondition, "snapshot \(key) is not active: only an active one can be committed")
    }
    guard state.snapshots[name] == nil, state.pending[name] == nil else {
      throw GantryError(.alreadyExists, "snapshot \(name) exists already")
    }
    return snapshot
  }

  /// Removes a snapshot; its files go in the background.
  ///
  /// - Throws: `.notFound`; `.failedPrecondition` where another stands on it.
  public func remove(_ key: String) throws(GantryError) {
    let snapshot = try change { (state) throws(GantryError) in
      let snapshot = try Self.find(key, state.snapshots)
      let child = state.snapshots.values.first { $0.parent == key }?.key ?? state.pending.first { $0.value == key }?.key
      if let child {
        throw GantryError(.failedPrecondition, "snapshot \(key) cannot be removed: \(child) stands on it")
      }
      state.snapshots[key] = nil
      return (.remove(key: key), snapshot)
    }
    try directories.remove(snapshot.id)
  }

  /// - Throws: `.notFound`.
  public func stat(_ key: String) throws(GantryError) -> Snapshot {
    try locked { (state) throws(GantryError) in try Self.find(key, state.snapshots) }
  }

  /// Changes labels: replaces them all, or only those named, where "" removes one.
  ///
  /// - Throws: `.notFound`.
  public func update(_ key: String, labels: [String: String], only names: [String]?) throws(GantryError) -> Snapshot {
    try change { (state) throws(GantryError) in
      var snapshot = try Self.find(key, state.snapshots)
      if let names {
        for name in names { snapshot.labels[name] = labels[name].flatMap { $0.isEmpty ? nil : $0 } }
      } else {
        snapshot.labels = labels
      }
      snapshot.updatedAt = .now()
      state.snapshots[key] = snapshot
      return (.put(snapshot), snapshot)
    }
  }

  /// All snapshots, the oldest first.
  public func list() -> [Snapshot] {
    state.withLock { Array($0.snapshots.values) }.sorted { $0.id < $1.id }
  }

  /// What a snapshot takes on the disk, without its parents.
  ///
  /// - Throws: `.notFound`; `GantryError` from the file system.
  public func usage(_ key: String) throws(GantryError) -> SnapshotUsage {
    let snapshot = try stat(key)
    return snapshot.kind == .committed ? snapshot.usage : try measure(snapshot.id)
  }

  /// Waits until the files of what was removed are gone.
  public func cleanup() async throws { try await directories.waitForRemovals() }

  private func measure(_ id: UInt64) throws(GantryError) -> SnapshotUsage {
    try SnapshotUsage.measuring(backend.contentDirectory, in: directories.open(id))
  }

  private static func find(_ key: String, _ snapshots: [String: Snapshot]) throws(GantryError) -> Snapshot {
    guard let snapshot = snapshots[key] else { throw GantryError(.notFound, "snapshot \(key) does not exist") }
    return snapshot
  }

  private func locked<Value: Sendable>(_ body: (inout State) throws(GantryError) -> Value) throws(GantryError) -> Value
  {
    try state.withLock { state in
      Result { () throws(GantryError) in try body(&state) }
    }.get()
  }

  /// Changes the state and writes it down; a change that cannot be written down has not happened.
  private func change<Value: Sendable>(
    _ body: (inout State) throws(GantryError) -> (SnapshotJournal.Change, Value)
  ) throws(GantryError) -> Value {
    try locked { (state) throws(GantryError) in
      let before = state.snapshots
      let (change, value) = try body(&state)
      do throws(GantryError) { try state.journal.record(change, state.snapshots) } catch {
        state.snapshots = before
        throw error.wrapped("the snapshotter's record cannot be written")
      }
      return value
    }
  }

  private func change(_ body: (inout State) throws(GantryError) -> SnapshotJournal.Change) throws(GantryError) {
    try change { (state) throws(GantryError) in (try body(&state), ()) }
  }
}
