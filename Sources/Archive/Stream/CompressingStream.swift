import Digests
import Errors
import ImageSpec
import Linux
import Threads

/// What a layer came to that was written.
public struct WrittenLayer: Sendable, Hashable {
  /// As the blob is: compressed.
  public let digest: Digest
  /// Bytes of the blob.
  public let size: Int64
  /// Digest of the uncompressed layer.
  public let diffID: Digest
  /// Bytes of the uncompressed layer.
  public let plainSize: Int64
}

/// Compresses what is written to it into a file, and says what both are; compressing and hashing have threads of
/// their own. The same bytes always give the same file: no time and no name stands in it. One thread at a time writes.
final class CompressingStream: ByteSink {
  private let consumer: StreamConsumer
  private var chunk = Chunk()

  /// - Parameter output: an empty regular file, or anything that can be written to.
  /// - Throws: `.resourceExhausted` where there is no thread to be had.
  init(to output: FileDescriptor, _ compression: LayerCompression) throws(GantryError) {
    let consumer = try StreamConsumer(compression)
    self.consumer = consumer
    guard DetachedThread.start(name: "compress", { consumer.consume(to: output) }) else {
      consumer.hash.queue.finish(.success(()))
      throw GantryError(.resourceExhausted, "no thread to compress with: raise the limit of processes (ulimit -u)")
    }
  }

  deinit {
    consumer.queue.finish(.success(()))
    consumer.hash.queue.finish(.success(()))
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(GantryError) {
    var rest = bytes
    while !rest.isEmpty {
      let taken = chunk.append(rest)
      rest = UnsafeRawBufferPointer(rebasing: rest[taken...])
      if chunk.isFull { try handOn() }
    }
  }

  private func handOn() throws(GantryError) {
    guard chunk.count > 0 else { return }
    let full = chunk
    chunk = Chunk()
    try take(full)
  }

  /// Takes a whole chunk as it is; nothing may be held back.
  func take(_ full: Chunk) throws(GantryError) {
    guard consumer.hash.queue.push(full), consumer.queue.push(full) else {
      _ = try consumer.result()
      throw GantryError(.internal, "the compressor stopped without a reason")
    }
  }

  /// Ends the file and waits for it.
  func finish() throws(GantryError) -> WrittenLayer {
    try handOn()
    consumer.queue.finish(.success(()))
    consumer.hash.queue.finish(.success(()))
    let (digest, size) = try consumer.result()
    let plain = try consumer.hash.result()
    return WrittenLayer(digest: digest, size: size, diffID: plain.digest, plainSize: plain.size)
  }
}
