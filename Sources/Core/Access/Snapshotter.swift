import AsyncServices
import AsyncWire
import Errors
import Messages

/// Snapshots, kept by a snapshotter plugin. Safe to use from anywhere.
public struct Snapshotter: Sendable {
  /// The plugin's own interface, for what is not here.
  public let snapshots: ContainerdServicesSnapshotsV1.SnapshotsClient
  /// The plugin's name, such as "overlay".
  public let name: String

  /// Copying a large parent takes a snapshotter without layers its time.
  private static let timeout: Duration = .seconds(600)

  public init(_ plugin: PluginConnection) {
    snapshots = .init(plugin)
    name = plugin.identity.name
  }

  /// Makes a snapshot that can be written to.
  ///
  /// - Parameter parent: a committed snapshot, or "" for an empty one.
  /// - Returns: what to mount.
  /// - Throws: `.alreadyExists`, `.notFound` where the parent is missing.
  public func prepare(
    _ key: String, parent: String, labels: [String: String] = [:]
  ) async throws(GantryError) -> [ContainerdTypes.Mount] {
    try await snapshots.prepare(
      .init(snapshotter: name, key: key, parent: parent, labels: labels), options: .init(timeout: Self.timeout)
    ).mounts
  }

  /// Makes a snapshot that can only be read.
  ///
  /// - Returns: what to mount.
  public func view(
    _ key: String, parent: String, labels: [String: String] = [:]
  ) async throws(GantryError) -> [ContainerdTypes.Mount] {
    try await snapshots.view(
      .init(snapshotter: name, key: key, parent: parent, labels: labels), options: .init(timeout: Self.timeout)
    ).mounts
  }

  /// What to mount for a snapshot that is not committed.
  public func mounts(_ key: String) async throws(GantryError) -> [ContainerdTypes.Mount] {
    try await snapshots.mounts(.init(snapshotter: name, key: key)).mounts
  }

  /// Turns the snapshot `key` into the committed one `committed`. One that is there already is no error:
  /// `key` is removed then.
  public func commit(
    _ key: String, as committed: String, labels: [String: String] = [:]
  ) async throws(GantryError) {
    do throws(GantryError) {
      _ = try await snapshots.commit(
        .init(snapshotter: name, name: committed, key: key, labels: labels), options: .init(timeout: Self.timeout))
    } catch {
      guard error.code == .alreadyExists else { throw error }
      try await remove(key)
    }
  }

  /// Removes a snapshot. What is not there is no error.
  ///
  /// - Throws: `.failedPrecondition` while another one stands on it.
  public func remove(_ key: String) async throws(GantryError) {
    do throws(GantryError) {
      _ = try await snapshots.remove(.init(snapshotter: name, key: key), options: .init(timeout: Self.timeout))
    } catch {
      if error.code != .notFound { throw error }
    }
  }

  /// What is known of a snapshot; nil where there is none.
  public func stat(_ key: String) async throws(GantryError) -> ContainerdServicesSnapshotsV1.Info? {
    do throws(GantryError) {
      return try await snapshots.stat(.init(snapshotter: name, key: key)).info
    } catch {
      if error.code == .notFound { return nil }
      throw error
    }
  }

  /// What a snapshot takes on the disk, its parents not counted.
  public func usage(_ key: String) async throws(GantryError) -> (bytes: Int64, inodes: Int64) {
    let usage = try await snapshots.usage(.init(snapshotter: name, key: key))
    return (usage.size, usage.inodes)
  }

  /// All snapshots.
  public func list() async throws -> [ContainerdServicesSnapshotsV1.Info] {
    var infos: [ContainerdServicesSnapshotsV1.Info] = []
    let stream = try await snapshots.list(.init(snapshotter: name), options: .init(timeout: .seconds(60)))
    for try await part in stream { infos += part.info }
    return infos
  }
}
