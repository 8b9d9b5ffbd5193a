import AsyncServices
import AsyncWire
import Errors
import Messages
import Wire

/// A snapshotter and what the checks do with it again and again.
struct SnapshotterProbe: Sendable {
  typealias Info = ContainerdServicesSnapshotsV1.Info
  typealias Kind = ContainerdServicesSnapshotsV1.Kind
  typealias Mounts = [ContainerdTypes.Mount]

  let client: ContainerdServicesSnapshotsV1.SnapshotsClient

  init(_ plugin: any PluginUnderTest) async {
    client = .init(await plugin.caller)
  }

  func prepare(_ key: String, parent: String = "", labels: [String: String] = [:]) async throws -> Mounts {
    try await client.prepare(.init(key: key, parent: parent, labels: labels), options: within(30)).mounts
  }

  func view(_ key: String, parent: String = "") async throws -> Mounts {
    try await client.view(.init(key: key, parent: parent), options: within(30)).mounts
  }

  func commit(_ key: String, as name: String, parent: String = "", labels: [String: String] = [:]) async throws {
    _ = try await client.commit(.init(name: name, key: key, labels: labels, parent: parent), options: within(30))
  }

  func remove(_ key: String) async throws {
    _ = try await client.remove(.init(key: key), options: within(30))
  }

  func stat(_ key: String) async throws -> Info {
    try require(try await client.stat(.init(key: key), options: within(30)).info, "Stat must answer with an Info")
  }

  func list(_ filters: String...) async throws -> [Info] {
    var infos: [Info] = []
    let stream = try await client.list(.init(filters: filters), options: within(30))
    for try await part in stream { infos += part.info }
    return infos
  }

  /// A committed snapshot with what `body` does to it.
  ///
  /// - Returns: its name.
  func committed(
    parent: String = "", labels: [String: String] = [:],
    _ body: @escaping @Sendable (_ path: String) throws -> Void = { _ in }
  ) async throws -> String {
    let key = UniqueName.make("layer")
    let mounts = try await prepare(key, parent: parent)
    try await MountedSnapshot.with(mounts, body)
    let name = UniqueName.make("committed")
    try await commit(key, as: name, labels: labels)
    return name
  }

  /// Removes snapshots, the last one first.
  func removeAll(_ keys: String...) async throws {
    for key in keys.reversed() { try await remove(key) }
  }
}
