import AsyncServices
import AsyncWire
import Errors
import Glibc
import Linux
import Messages

/// Blobs, kept by a content plugin. Safe to use from anywhere.
public struct ContentStore: Sendable {
  /// The plugin's own interface, for what is not here.
  public let content: ContainerdServicesContentV1.ContentClient
  private let blobs: GantryContentV1.BlobsClient
  private let plugin: PluginConnection

  private static let blobsService = "gantry.content.v1.Blobs"
  /// Moving a blob of many gigabytes takes its time.
  private static let copyTimeout: Duration = .seconds(1800)

  public init(_ plugin: PluginConnection) {
    self.plugin = plugin
    content = .init(plugin)
    blobs = .init(plugin)
  }

  /// What is known of a blob.
  ///
  /// - Throws: `.notFound`.
  public func info(_ digest: String) async throws(GantryError) -> ContainerdServicesContentV1.Info {
    let response = try await content.info(.init(digest: digest))
    guard let info = response.info else {
      throw GantryError(.internal, "plugin \(plugin.identity) answered Info of \(digest) without one")
    }
    return info
  }

  /// Opens a blob for reading.
  ///
  /// A plugin that cannot hand over a descriptor has the blob read into an unnamed file in memory.
  ///
  /// - Returns: a descriptor at offset 0 and the size in bytes.
  /// - Throws: `.notFound`.
  public func open(_ digest: String) async throws -> (descriptor: FileDescriptor, size: Int64) {
    if try await plugin.offers(Self.blobsService) {
      let reply = try await blobs.openReply(.init(digest: digest))
      guard let descriptor = reply.descriptors.first else {
        throw GantryError(.internal, "plugin \(plugin.identity) opened \(digest) without handing over a descriptor")
      }
      return (descriptor, reply.message.size)
    }
    let file = try MemoryFile.create("blob")
    var size: Int64 = 0
    for try await part in try await content.read(.init(digest: digest), options: .init(timeout: Self.copyTimeout)) {
      try file.writeAll(part.data)
      size += Int64(part.data.count)
    }
    lseek(file.number, 0, SEEK_SET)
    return (file, size)
  }

  /// Reads a whole small blob, such as a manifest.
  ///
  /// - Throws: `.notFound`, `.resourceExhausted` where it is larger than `limit` bytes.
  public func read(_ digest: String, limit: Int = 8 << 20) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    for try await part in try await content.read(.init(digest: digest), options: .init(timeout: .seconds(60))) {
      bytes += part.data
      guard bytes.count <= limit else {
        throw GantryError(.resourceExhausted, "blob \(digest) is larger than \(limit) bytes, too large for what it is")
      }
    }
    return bytes
  }

  /// Takes in a regular file. A blob that is there already is no error.
  ///
  /// - Parameters:
  ///   - digest: "" has it computed.
  ///   - size: in bytes; -1 where unknown.
  /// - Returns: digest and size.
  /// - Throws: `.failedPrecondition` where size or digest differ.
  @discardableResult
  public func ingest(
    _ file: FileDescriptor, digest: String = "", size: Int64 = -1, labels: [String: String] = [:]
  ) async throws -> (digest: String, size: Int64) {
    guard try await plugin.offers(Self.blobsService) else {
      return try await write(file, digest: digest, size: size, labels: labels)
    }
    let response = try await blobs.ingest(
      .init(digest: digest, size: size, labels: labels),
      options: .init(timeout: Self.copyTimeout, descriptors: [file]))
    return (response.digest, response.size)
  }

  /// Sets labels of a blob; "" takes one away. Other labels stay.
  public func setLabels(_ digest: String, _ labels: [String: String]) async throws(GantryError) {
    _ = try await content.update(
      .init(
        info: .init(digest: digest, labels: labels),
        updateMask: .init(paths: labels.keys.sorted().map { "labels.\($0)" })
      ))
  }

  /// Removes a blob. What is not there is no error.
  public func delete(_ digest: String) async throws(GantryError) {
    do throws(GantryError) {
      _ = try await content.delete(.init(digest: digest))
    } catch {
      if error.code != .notFound { throw error }
    }
  }

  /// All blobs.
  public func list() async throws -> [ContainerdServicesContentV1.Info] {
    var infos: [ContainerdServicesContentV1.Info] = []
    for try await part in try await content.list(.init(), options: .init(timeout: .seconds(60))) { infos += part.info }
    return infos
  }
}
