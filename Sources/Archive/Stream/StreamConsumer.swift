import Hashing
import CArchive
import Digests
import Errors
import ImageSpec
import Linux
import Synchronization

/// What a `CompressingStream`'s thread does and what it shares with its writer.
final class StreamConsumer: Sendable {
  typealias Value = (digest: Digest, size: Int64)

  let queue = ChunkQueue()
  let hash: HashingThread
  private let compression: LayerCompression
  private let done = ChunkQueue()
  private let outcome = Mutex<Result<Value, GantryError>?>(nil)

  init(_ compression: LayerCompression) throws(GantryError) {
    self.compression = compression
    hash = try HashingThread()
  }

  func consume(to output: FileDescriptor) {
    let result = Result { () throws(GantryError) in try compress(to: output) }
    if case .failure = result {
      queue.abandon()
      hash.queue.abandon()
    }
    outcome.withLock { $0 = result }
    done.finish(.success(()))
  }

  /// Waits until the file is complete.
  func result() throws(GantryError) -> Value {
    _ = try done.pop()
    guard let outcome = outcome.withLock({ $0 }) else {
      throw GantryError(.internal, "a thread ended without a file")
    }
    return try outcome.get()
  }

  private func compress(to output: FileDescriptor) throws(GantryError) -> Value {
    let sink = DescriptorSink(output)
    let digester = try Digester()
    let emit = { (bytes: UnsafeRawBufferPointer) throws(GantryError) in
      try digester.update(bytes)
      try sink.write(bytes)
    }
    if compression == .uncompressed {
      while let chunk = try queue.pop() { try emit(chunk.bytes) }
    } else {
      let filter = try CompressionFilter(compression, emit)
      while let chunk = try queue.pop() { try filter.write(chunk.bytes) }
      try filter.finish()
    }
    try sink.flush()
    return (try digester.finish(), sink.count)
  }
}
