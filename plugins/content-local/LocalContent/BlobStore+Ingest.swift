import Hashing
import Digests
import Errors
import Glibc
import Linux

extension BlobStore {
  /// Takes in a copy of a whole file: computes its digest on the way, and makes it visible only if all is as said.
  ///
  /// - Parameters:
  ///   - expected: nil where the digest is to be computed.
  ///   - size: -1 where it is not known.
  /// - Throws: `.invalidArgument` where the descriptor is no regular file; `.failedPrecondition` where size or digest
  ///   differ; `GantryError` from the file system. Nothing is kept then.
  func ingest(_ source: FileDescriptor, expected: Digest?, size: Int64, labels: [String: String]) throws(GantryError)
    -> (digest: Digest, size: Int64)
  {
    var status = stat()
    try retryingOnInterrupt("fstat") { fstat(source.number, &status) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw GantryError(.invalidArgument, "the descriptor of the blob to take in is no regular file")
    }
    let actualSize = Int64(status.st_size)
    guard size < 0 || size == actualSize else {
      throw GantryError(
        .failedPrecondition, "blob \(expected?.description ?? "") has \(actualSize) bytes, not \(size) as announced")
    }
    if let expected, contains(expected) {
      if !labels.isEmpty { _ = try update(expected, labels: labels, only: Array(labels.keys)) }
      return (expected, actualSize)
    }
    let name = ingests.temporaryName()
    let target = try ingests.descriptor.open(name, O_RDWR | O_CREAT | O_EXCL, mode: 0o600)
    do throws(GantryError) {
      let (digest, copied) = try Self.copy(source, to: target, expected?.algorithm ?? .sha256)
      guard copied == actualSize else {
        throw GantryError(.failedPrecondition, "the file of blob \(digest) changed while it was copied")
      }
      guard expected == nil || digest == expected else {
        throw GantryError(
          .failedPrecondition, "blob \(expected?.description ?? "") is not what it is called: its content is \(digest)")
      }
      try publish(digest, name, in: ingests.descriptor, file: target, labels: labels)
      return (digest, copied)
    } catch {
      try? ingests.descriptor.removeTree(name)
      throw error
    }
  }

  /// Copies and hashes what was copied, in one pass.
  private static func copy(_ source: FileDescriptor, to target: FileDescriptor, _ algorithm: DigestAlgorithm)
    throws(GantryError) -> (digest: Digest, size: Int64)
  {
    let digester = try Digester(algorithm)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 512 << 10, alignment: 4096)
    defer { buffer.deallocate() }
    var position: Int64 = 0
    while true {
      let count = try retryingOnInterrupt("pread") {
        pread(source.number, buffer.baseAddress, buffer.count, Int(position))
      }
      if count == 0 { return (try digester.finish(), position) }
      let piece = UnsafeRawBufferPointer(rebasing: buffer[..<count])
      try digester.update(piece)
      try target.writeAll(piece, at: position)
      position += Int64(count)
    }
  }
}
