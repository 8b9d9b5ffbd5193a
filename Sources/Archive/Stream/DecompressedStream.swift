import Digests
import Errors
import Linux
import Threads

/// The decompressed bytes of a file and their digest, made on threads of their own: one reads and
/// decompresses, one hashes, and the caller's parses and writes.
///
/// On two processors a gzip layer then takes little more than its decompression alone. One thread at a time reads.
public final class DecompressedStream {
  private let producer: StreamProducer
  /// Told how many bytes of the file have been read, each time the reader takes a piece.
  public var onProgress: (Int64) -> Void = { _ in }
  /// Given each piece as the reader takes it, in order.
  var onChunk: (UnsafeRawBufferPointer) throws(GantryError) -> Void = { _ in }

  /// Starts reading `file` from its beginning: a regular file, or a pipe.
  ///
  /// - Throws: `GantryError` from pread(2) or read(2), or `.resourceExhausted` where there is no thread to be had.
  public init(of file: FileDescriptor) throws(GantryError) {
    let producer = try StreamProducer(of: file)
    self.producer = producer
    guard DetachedThread.start(name: "decompress", { producer.produce() }) else {
      producer.hash.queue.finish(.success(()))
      throw GantryError(.resourceExhausted, "no thread to decompress with: raise the limit of processes (ulimit -u)")
    }
  }

  deinit { producer.queue.abandon() }

  /// How the file is compressed.
  public var compression: Compression { producer.compression }

  /// How many bytes of the file have been read.
  public var consumed: Int64 { producer.consumed }

  /// The next bytes; nil at the end.
  ///
  /// - Throws: `.invalidArgument` where the compressed data is damaged or ends too early.
  func next() throws(GantryError) -> Chunk? {
    onProgress(consumed)
    let chunk = try producer.queue.pop()
    if let chunk { try onChunk(chunk.bytes) }
    return chunk
  }

  /// Reads what is left, and says what all of it was.
  ///
  /// - Throws: as `next()`.
  public func finish() throws(GantryError) -> (digest: Digest, size: Int64) {
    while try next() != nil {}
    return try producer.hash.result()
  }
}
