import AsyncServices
import Errors
import Glibc
import Linux
import Messages
import Synchronization

/// Hands staged blobs to the content plugin: as descriptors, or, where the plugin takes none, as a stream.
final class BlobIngester: Sendable {
  private static let chunk = 1 << 20

  private let backends: Backends
  private let takesDescriptors = Mutex(true)

  init(_ backends: Backends) { self.backends = backends }

  /// - Parameter staging: directory with the blob as a file named by its digits.
  /// - Throws: `.failedPrecondition` where the bytes are not what the digest says.
  func ingest(_ blob: GantryWorkerV1.Blob, staging: FileDescriptor) async throws {
    guard HexID.isDigest(blob.digest) else {
      throw GantryError(.invalidArgument, "blob \(blob.digest) has no SHA-256 digest")
    }
    let file = try staging.open(String(blob.digest.dropFirst(7)), O_RDONLY | O_NOFOLLOW)
    if takesDescriptors.withLock({ $0 }) {
      if try await handOver(blob, file: file) { return }
      takesDescriptors.withLock { $0 = false }
    }
    try await write(blob, file: file)
  }

  /// - Returns: false where the plugin takes no descriptors.
  private func handOver(_ blob: GantryWorkerV1.Blob, file: FileDescriptor) async throws(GantryError) -> Bool {
    do throws(GantryError) {
      _ = try await backends.blobs.ingest(
        .init(digest: blob.digest, size: blob.size), options: .init(timeout: .seconds(600), descriptors: [file]))
      return true
    } catch {
      guard error.code == .unimplemented else { throw error }
      return false
    }
  }

  private func write(_ blob: GantryWorkerV1.Blob, file: FileDescriptor) async throws {
    do {
      let call = try await backends.contents.write(options: .init())
      var answers = call.responses.makeAsyncIterator()
      let reference = "import-\(blob.digest)"
      var offset: Int64 = 0
      var buffer = [UInt8](repeating: 0, count: Self.chunk)
      while true {
        let count = try buffer.withUnsafeMutableBytes { try file.read(into: $0) }
        if count == 0 { break }
        try await call.send(
          .init(
            action: .write, ref: reference, total: blob.size, expected: blob.digest, offset: offset,
            data: Array(buffer[..<count])))
        offset += Int64(count)
        guard try await answers.next() != nil else { throw Self.ended(blob) }
      }
      try await call.send(
        .init(action: .commit, ref: reference, total: blob.size, expected: blob.digest, offset: offset))
      guard try await answers.next() != nil else { throw Self.ended(blob) }
      call.closeSend()
    } catch let error as GantryError where error.code == .alreadyExists {
      return
    }
  }

  private static func ended(_ blob: GantryWorkerV1.Blob) -> GantryError {
    GantryError(.unavailable, "the content plugin stopped taking blob \(blob.digest); import the image again")
  }
}
