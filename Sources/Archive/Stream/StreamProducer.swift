import CArchive
import Errors
import Glibc
import Linux
import Synchronization

/// What a `DecompressedStream`'s thread does and what it shares with its reader.
///
/// It is apart from the stream so that the thread, which holds it, does not keep the stream alive.
final class StreamProducer: Sendable {
  private let source: StreamSource
  let queue = ChunkQueue()
  let hash: HashingThread
  private let consumedCount = Mutex<Int64>(0)

  init(of file: FileDescriptor) throws(GantryError) {
    source = try StreamSource(file)
    hash = try HashingThread()
  }

  var compression: Compression { source.compression }

  /// How many bytes of the file have been read.
  var consumed: Int64 { consumedCount.withLock { $0 } }

  func produce() {
    let outcome = Result { () throws(GantryError) in
      switch compression {
      case .uncompressed: try copy()
      case .gzip: try gunzip()
      default: try decompress()
      }
    }
    if case .success = outcome { source.drain() }
    hash.queue.finish(.success(()))
    queue.finish(outcome)
  }

  func emit(_ chunk: Chunk) -> Bool { hash.queue.push(chunk) && queue.push(chunk) }

  func read(into room: UnsafeMutableRawBufferPointer) throws(GantryError) -> Int {
    let count = try source.read(into: room)
    consumedCount.withLock { $0 += Int64(count) }
    return count
  }

  private func copy() throws(GantryError) {
    while true {
      let chunk = Chunk()
      let count = try read(into: chunk.room)
      chunk.advance(by: count)
      if count == 0 || !emit(chunk) { return }
    }
  }

  private func decompress() throws(GantryError) {
    let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 128 << 10, alignment: 4096)
    defer { input.deallocate() }
    let handle = try ArchiveHandle { () throws(GantryError) in
      let count = try self.read(into: input)
      return count == 0 ? nil : UnsafeRawBufferPointer(rebasing: input[..<count])
    }
    try handle.check(archive_read_support_format_raw(handle.pointer))
    switch compression {
    case .zstd: try handle.check(archive_read_support_filter_zstd(handle.pointer))
    case .xz: try handle.check(archive_read_support_filter_xz(handle.pointer))
    case .bzip2: try handle.check(archive_read_support_filter_bzip2(handle.pointer))
    case .uncompressed, .gzip: break
    }
    do throws(GantryError) {
      try handle.open()
      try emitAll(of: handle)
    } catch {
      guard error.code == .invalidArgument else { throw error }
      throw GantryError(
        .invalidArgument, "the \(compression.rawValue) data is damaged or ends too early (\(error.message))")
    }
  }

  private func emitAll(of handle: ArchiveHandle) throws(GantryError) {
    var entry: OpaquePointer?
    let status = archive_read_next_header(handle.pointer, &entry)
    if status == ARCHIVE_EOF { return }
    try handle.check(status)
    var chunk = Chunk()
    while true {
      var block: UnsafeRawPointer?
      var count = 0
      var offset: Int64 = 0
      let status = archive_read_data_block(handle.pointer, &block, &count, &offset)
      if status == ARCHIVE_EOF { break }
      try handle.check(status)
      var rest = UnsafeRawBufferPointer(start: block, count: count)
      while !rest.isEmpty {
        let taken = chunk.append(rest)
        rest = UnsafeRawBufferPointer(rebasing: rest[taken...])
        if chunk.isFull {
          guard emit(chunk) else { return }
          chunk = Chunk()
        }
      }
    }
    if chunk.count > 0 { _ = emit(chunk) }
  }
}
