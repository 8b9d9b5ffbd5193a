import AsyncServices
import AsyncWire
import Errors
import Glibc
import Linux
import Messages

/// Opens blobs of the content plugin: as the descriptors it hands over, or, where it hands over none, as unnamed copies.
struct BlobReader: Sendable {
  private static let timeout = Duration.seconds(1800)

  let context: EngineContext

  init(_ context: EngineContext) { self.context = context }

  /// - Returns: a descriptor at offset 0.
  /// - Throws: `.notFound`.
  func open(_ digest: String) async throws -> FileDescriptor {
    do throws(GantryError) {
      let reply = try await context.backends.blobs.openReply(.init(digest: digest))
      if let descriptor = reply.descriptors.first { return descriptor }
    } catch {
      guard error.code == .unimplemented else { throw error }
    }
    let staging = context.paths.staging
    let file = try await context.threads.run { try FileDescriptor.unnamed(in: staging) }
    var offset: Int64 = 0
    let parts = try await context.backends.contents.read(.init(digest: digest), options: .init(timeout: Self.timeout))
    for try await part in parts {
      let start = offset
      try await context.threads.run {
        try part.data.withUnsafeBytes { bytes in
          Result { () throws(GantryError) in try file.writeAll(bytes, at: start) }
        }.get()
      }
      offset += Int64(part.data.count)
    }
    return file
  }

  /// All of a document, which is small.
  func read(_ digest: String) async throws -> [UInt8] {
    let file = try await open(digest)
    return try await context.threads.run { try file.readAll(limit: 8 << 20) }
  }
}

extension FileDescriptor {
  private static let temporary: Int32 = 0o20_000_000 | O_DIRECTORY

  /// A file without a name, gone with its last descriptor.
  static func unnamed(in directory: String) throws(GantryError) -> FileDescriptor {
    try open(directory, O_RDWR | temporary, mode: 0o600)
  }
}
