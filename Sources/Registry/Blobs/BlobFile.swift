import Hashing
import Digests
import Errors
import Glibc
import Linux
import Synchronization

/// The file that a blob is fetched into: what it holds is hashed as it comes. Safe to use from any task; one at a time writes.
final class BlobFile: Sendable {
  private struct State {
    /// Not thread-safe; within the lock it is used by one at a time.
    var digester: Digester
    var count: Int64 = 0
    var fetched: Int64 = 0
  }

  let file: FileDescriptor
  /// What it must be in the end.
  let digest: Digest
  let size: Int64
  private let state: Mutex<State>
  /// Is told that there is more, or that no more comes.
  let progress: ProgressSignal

  /// - Throws: `.internal` from libcrypto.
  init(_ file: FileDescriptor, digest: Digest, size: Int64) throws(GantryError) {
    self.file = file
    self.digest = digest
    self.size = size
    state = Mutex(State(digester: try Digester(digest.algorithm)))
    progress = ProgressSignal()
  }

  /// How many bytes of the blob the file holds.
  var count: Int64 { state.withLock { $0.count } }
  /// How many of them came over the network.
  var fetched: Int64 { state.withLock { $0.fetched } }

  /// Takes in what the file holds from an earlier fetch. Blocks.
  ///
  /// - Throws: `GantryError` from the file system.
  func takeInWhatIsThere() throws(GantryError) {
    let held = try file.size()
    guard held > 0, held <= size else { return try startAfresh() }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 4096)
    defer { buffer.deallocate() }
    while count < held {
      let (place, wanted) = (count, Int(min(Int64(buffer.count), held - count)))
      let got = try retryingOnInterrupt("pread") { pread(file.number, buffer.baseAddress, wanted, Int(place)) }
      guard got > 0 else { break }
      try hash(UnsafeRawBufferPointer(rebasing: buffer[..<got]))
    }
    progress.move(to: count)
  }

  /// Forgets everything: the file is empty then.
  ///
  /// - Throws: `GantryError` from ftruncate(2).
  func startAfresh() throws(GantryError) {
    let digester = state.withLock { $0.digester }
    // It starts afresh with that.
    _ = try digester.finish()
    state.withLock { $0.count = 0 }
    try retryingOnInterrupt("ftruncate") { ftruncate(file.number, 0) }
  }

  /// Writes the next bytes.
  ///
  /// - Throws: `GantryError` from pwrite(2); `.failedPrecondition` for more bytes than the blob has: then none of what came is
  ///   kept, for it is another content.
  func append(_ bytes: UnsafeRawBufferPointer) throws(GantryError) {
    guard Int64(bytes.count) <= size - count else {
      try startAfresh()
      throw tooLong
    }
    do throws(GantryError) { try file.writeAll(bytes, at: count) } catch { throw error.wrapped("blob \(digest)") }
    try hash(bytes)
    state.withLock { $0.fetched += Int64(bytes.count) }
    progress.move(to: count)
  }

  private func hash(_ bytes: UnsafeRawBufferPointer) throws(GantryError) {
    let digester = state.withLock { $0.digester }
    try digester.update(bytes)
    state.withLock { $0.count += Int64(bytes.count) }
  }

  /// Whether all of it is there and is what it must be.
  ///
  /// - Throws: `.internal` from libcrypto. The file must be started afresh after a `false`.
  func isWhole() throws(GantryError) -> Bool {
    guard count == size else { return false }
    let digester = state.withLock { $0.digester }
    return try digester.finish() == digest
  }

  var tooLong: GantryError {
    GantryError(.failedPrecondition, "blob \(digest) is not what its manifest says: it has more than \(size) bytes")
  }
}
