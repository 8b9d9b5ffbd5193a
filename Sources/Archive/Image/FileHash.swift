import Digests
import Errors
import Glibc
import Linux
import Threads

/// The digest of a whole file, computed on threads of their own.
struct FileHash {
  private let hash: HashingThread
  private let failure = ChunkQueue()

  /// Begins at once. `file` must be a regular file.
  init(of file: FileDescriptor) throws(GantryError) {
    hash = try HashingThread()
    let (queue, failure) = (hash.queue, failure)
    let isStarted = DetachedThread.start(name: "read") {
      failure.finish(Result { () throws(GantryError) in try Self.read(file, into: queue) })
      queue.finish(.success(()))
    }
    guard isStarted else {
      queue.finish(.success(()))
      throw GantryError(
        .resourceExhausted, "no thread to compute digests with: raise the limit of processes (ulimit -u)")
    }
  }

  private static func read(_ file: FileDescriptor, into queue: ChunkQueue) throws(GantryError) {
    var offset = 0
    while true {
      let chunk = Chunk()
      let count = try retryingOnInterrupt("pread") {
        pread(file.number, chunk.room.baseAddress, chunk.room.count, offset)
      }
      chunk.advance(by: count)
      offset += count
      if count == 0 || !queue.push(chunk) { return }
    }
  }

  /// Waits for the end of the file.
  func result() throws(GantryError) -> (digest: Digest, size: Int64) {
    let value = try hash.result()
    _ = try failure.pop()
    return value
  }
}
