import Hashing
import CLinux
import Digests
import Errors
import Glibc
import Linux

extension BlobStore {
  /// Opens the ingest of a reference for a writer in another process, or makes it.
  ///
  /// - Parameter size: -1 where it is not known.
  /// - Returns: the file, readable, writable and locked, and how many bytes it holds.
  /// - Throws: `.unavailable` where it has a writer; `.alreadyExists` where the blob is there; the ingest is gone then.
  func openIngest(_ reference: String, expected: Digest?, size: Int64) throws(GantryError)
    -> (file: FileDescriptor, offset: Int64)
  {
    try ingests.lock(reference)
    defer { ingests.unlock(reference) }
    if let expected, contains(expected) {
      try? ingests.abort(reference)
      throw GantryError(.alreadyExists, "blob \(expected) exists already")
    }
    let directory = try ingests.open(reference, total: max(size, 0), expected: expected?.description ?? "")
    let file = try ingests.lockedData(directory, reference)
    return (file, try file.size())
  }

  /// Verifies the file of a reference and makes it a blob.
  ///
  /// - Throws: `.notFound`; `.unavailable` where somebody still has it open; `.failedPrecondition` where size or digest
  ///   differ: the ingest is gone then.
  func finishIngest(_ reference: String, expected: Digest?, size: Int64, labels: [String: String]) throws(GantryError)
    -> (digest: Digest, size: Int64)
  {
    try ingests.lock(reference)
    defer { ingests.unlock(reference) }
    if let expected, contains(expected) {
      try? ingests.abort(reference)
      if !labels.isEmpty { _ = try update(expected, labels: labels, only: Array(labels.keys)) }
      return (expected, try info(expected).size)
    }
    _ = try ingests.status(reference)
    let name = try IngestDirectory.name(of: reference)
    let directory = try ingests.descriptor.open(name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    let file = try ingests.lockedData(directory, reference)
    let actualSize = try file.size()
    guard size < 0 || size == actualSize else {
      try ingests.descriptor.removeTree(name)
      throw GantryError(
        .failedPrecondition, "ref \(reference): unexpected commit size \(actualSize), expected \(size)")
    }
    // The disk writes while the digest is computed.
    _ = gantry_begin_writing(file.number)
    let digest = try Self.digest(of: file, expected?.algorithm ?? .sha256)
    guard expected == nil || digest == expected else {
      try ingests.descriptor.removeTree(name)
      throw GantryError(
        .failedPrecondition,
        "ref \(reference): unexpected commit digest \(digest), expected \(expected?.description ?? "")")
    }
    if !contains(digest) { try publish(digest, "data", in: directory, file: file, labels: labels) }
    try ingests.descriptor.removeTree(name)
    return (digest, actualSize)
  }

  private static func digest(of file: FileDescriptor, _ algorithm: DigestAlgorithm) throws(GantryError) -> Digest {
    let digester = try Digester(algorithm)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 512 << 10, alignment: 4096)
    defer { buffer.deallocate() }
    var position: Int64 = 0
    while true {
      let count = try retryingOnInterrupt("pread") {
        pread(file.number, buffer.baseAddress, buffer.count, Int(position))
      }
      if count == 0 { return try digester.finish() }
      try digester.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      position += Int64(count)
    }
  }
}
