import Hashing
import Digests
import Errors
import Glibc
import Linux
import Messages
import Synchronization
import Threads

/// The directory that documents are left in, as files named by their SHA-256. Safe to use from any task.
final class DocumentStaging: Sendable {
  private let directory: FileDescriptor
  private let threads: BlockingThreads
  private let staged = Mutex<[GantryWorkerV1.Blob]>([])

  init(_ directory: FileDescriptor, _ threads: BlockingThreads) {
    self.directory = directory
    self.threads = threads
  }

  /// What has been left so far.
  var blobs: [GantryWorkerV1.Blob] { staged.withLock { $0 } }

  /// Leaves a document.
  ///
  /// - Throws: `GantryError` from the file system.
  func add(_ document: Document) async throws(GantryError) {
    guard !blobs.contains(where: { $0.digest == document.digest.description }) else { return }
    let directory = directory
    do {
      try await threads.run {
        let name = try Digest.of(document.bytes).hex
        // From an earlier try; nothing else has that name.
        if let held = try? directory.open(name, O_RDONLY | O_NOFOLLOW), try Digest.of(held).digest.hex == name {
          return
        }
        let file = try directory.open(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
        try file.writeAll(document.bytes)
      }
    } catch let error as GantryError {
      throw error.wrapped("the document \(document.digest) cannot be kept")
    } catch {
      throw GantryError(.internal, "\(error)")
    }
    staged.withLock { $0.append(document.blob) }
  }
}
