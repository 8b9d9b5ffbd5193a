import Hashing
import Digests
import Errors
import Glibc
import Linux
import Messages

/// The one writer of a reference, from its first message to commit or goodbye.
///
/// Unchecked: one task at a time uses it, the handler of its stream.
final class IngestWriter: @unchecked Sendable {
  let reference: String
  private let store: BlobStore
  private let directory: FileDescriptor
  private let data: FileDescriptor
  private var digester: Digester
  private(set) var offset: Int64
  private(set) var total: Int64
  private var expected: Digest?

  /// Takes the reference's lock and goes on where its last writer ended.
  ///
  /// - Throws: `.unavailable` where it has a writer; `.alreadyExists` where the blob is there; the ingest is gone then.
  init(_ store: BlobStore, reference: String, total: Int64, expected: Digest?) throws(GantryError) {
    self.store = store
    self.reference = reference
    self.total = total
    self.expected = expected
    try store.ingests.lock(reference)
    do throws(GantryError) {
      if let expected, store.contains(expected) {
        try? store.ingests.abort(reference)
        throw GantryError(.alreadyExists, "blob \(expected) exists already")
      }
      directory = try store.ingests.open(reference, total: total, expected: expected?.description ?? "")
      data = try store.ingests.lockedData(directory, reference)
      (digester, offset) = try Self.resume(data, expected?.algorithm ?? .sha256)
    } catch {
      store.ingests.unlock(reference)
      throw error
    }
  }

  deinit { store.ingests.unlock(reference) }

  private static func resume(_ data: FileDescriptor, _ algorithm: DigestAlgorithm) throws(GantryError)
    -> (Digester, Int64)
  {
    let digester = try Digester(algorithm)
    var offset: Int64 = 0
    var buffer = [UInt8](repeating: 0, count: 256 << 10)
    while true {
      let count = try retryingOnInterrupt("pread") { pread(data.number, &buffer, buffer.count, Int(offset)) }
      if count == 0 { return (digester, offset) }
      try digester.update(buffer[..<count])
      offset += Int64(count)
    }
  }

  /// What STAT answers.
  func status() throws(GantryError) -> ContainerdServicesContentV1.Status { try store.ingests.status(reference) }

  /// Takes note of what a message says of the whole.
  ///
  /// - Throws: `.invalidArgument` where it contradicts an earlier one.
  func expect(total: Int64, digest: Digest?) throws(GantryError) {
    if total > 0 {
      guard self.total == 0 || self.total == total else {
        throw GantryError(.invalidArgument, "ref \(reference): the total was \(self.total) and cannot become \(total)")
      }
      self.total = total
    }
    if let digest { expected = digest }
  }

  /// Writes at `position`, which must be where the last write ended; 0 begins anew.
  ///
  /// - Throws: `.outOfRange` for any other position.
  func write(_ bytes: [UInt8], at position: Int64) throws(GantryError) {
    if position > 0, position != offset {
      throw GantryError(
        .outOfRange, "ref \(reference): write @\(position) must occur at current offset \(offset)")
    }
    if position == 0, offset > 0, !bytes.isEmpty { try truncate() }
    guard !bytes.isEmpty else { return }
    let (at, written) = (offset, data)
    try bytes.withUnsafeBytes { buffer in
      Result { () throws(GantryError) in try written.writeAll(buffer, at: at) }
    }.get()
    try digester.update(bytes)
    offset += Int64(bytes.count)
  }

  private func truncate() throws(GantryError) {
    try retryingOnInterrupt("ftruncate") { ftruncate(data.number, 0) }
    digester = try Digester(digester.algorithm)
    offset = 0
  }

  /// Verifies and publishes the blob. The writer is of no use afterwards, whatever happens.
  ///
  /// - Throws: `.failedPrecondition` where size or digest are not what was announced: the ingest stays;
  ///   `.alreadyExists` where the blob has appeared meanwhile: the ingest is gone.
  func commit(labels: [String: String]) throws(GantryError) -> Digest {
    guard total == 0 || offset == total else {
      throw GantryError(
        .failedPrecondition, "ref \(reference): unexpected commit size \(offset), expected \(total)")
    }
    if let expected, expected.algorithm != digester.algorithm {
      (digester, offset) = try Self.resume(data, expected.algorithm)
    }
    let digest = try digester.finish()
    guard expected == nil || digest == expected else {
      throw GantryError(
        .failedPrecondition,
        "ref \(reference): unexpected commit digest \(digest), expected \(expected?.description ?? "")")
    }
    guard !store.contains(digest) else {
      try? store.ingests.abort(reference)
      throw GantryError(.alreadyExists, "blob \(digest) exists already")
    }
    try store.publish(digest, "data", in: directory, file: data, labels: labels)
    try store.ingests.descriptor.removeTree(IngestDirectory.name(of: reference))
    return digest
  }
}
