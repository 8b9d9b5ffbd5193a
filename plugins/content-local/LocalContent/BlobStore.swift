import CLinux
import Digests
import Errors
import Glibc
import Linux
import Messages
import Synchronization

/// Blobs on a file system: `blobs/<algorithm>/<hex>`, read only and whole; what is still on its way lies in `ingest`.
///
/// A blob appears by a rename after its content has been verified and is on the disk. Calls block; safe to use from
/// several threads.
final class BlobStore: Sendable {
  private let blobs: [DigestAlgorithm: FileDescriptor]
  private let labels: LabelFiles
  let ingests: IngestDirectory
  /// Held while a label file changes.
  private let labelLock = Mutex(())

  /// Opens the store in an existing directory and clears away what a crash left.
  ///
  /// - Throws: `GantryError` from the file system.
  init(path: String) throws(GantryError) {
    let root = try FileDescriptor.open(path, O_RDONLY | O_DIRECTORY)
    // Images may be anything but public; earlier versions let others read them.
    let blobs = try root.makeDirectory("blobs", mode: 0o700)
    try retryingOnInterrupt("fchmod", "blobs") { fchmod(blobs.number, 0o700) }
    var directories: [DigestAlgorithm: FileDescriptor] = [:]
    for algorithm in DigestAlgorithm.allCases {
      directories[algorithm] = try blobs.makeDirectory(algorithm.rawValue, mode: 0o700)
    }
    self.blobs = directories
    labels = try LabelFiles(in: root)
    ingests = try IngestDirectory(in: root)
    try ingests.removeLeftovers()
    try labels.removeLeftovers { digest in contains(digest) }
  }

  private func directory(_ algorithm: DigestAlgorithm) throws(GantryError) -> FileDescriptor {
    guard let directory = blobs[algorithm] else {
      throw GantryError(.invalidArgument, "blobs are not kept by \(algorithm.rawValue)")
    }
    return directory
  }

  func contains(_ digest: Digest) -> Bool {
    guard let directory = blobs[digest.algorithm] else { return false }
    return faccessat(directory.number, digest.hex, F_OK, 0) == 0
  }

  /// Opens a blob for reading.
  ///
  /// - Throws: `.notFound`.
  func open(_ digest: Digest) throws(GantryError) -> (file: FileDescriptor, status: stat) {
    let file: FileDescriptor
    do throws(GantryError) { file = try directory(digest.algorithm).open(digest.hex, O_RDONLY | O_NOFOLLOW) } catch {
      if error.errno == ENOENT { throw GantryError(.notFound, "blob \(digest) does not exist") }
      throw error
    }
    var status = stat()
    try retryingOnInterrupt("fstat") { fstat(file.number, &status) }
    return (file, status)
  }

  /// - Throws: `.notFound`.
  func info(_ digest: Digest) throws(GantryError) -> BlobInfo {
    let status = try open(digest).status
    let record = try labels.read(digest)
    let created = GoogleProtobuf.Timestamp(status.st_mtim)
    return BlobInfo(
      digest: digest, size: Int64(status.st_size), createdAt: created, updatedAt: record?.updatedAt ?? created,
      labels: record?.labels ?? [:])
  }

  /// Changes labels: replaces them all, or only those named, where "" removes one.
  ///
  /// - Throws: `.notFound`.
  func update(_ digest: Digest, labels new: [String: String], only names: [String]?) throws(GantryError) -> BlobInfo {
    try labelLock.withLock { _ in
      Result { () throws(GantryError) in
        var info = try self.info(digest)
        if let names {
          for name in names { info.labels[name] = new[name].flatMap { $0.isEmpty ? nil : $0 } }
        } else {
          info.labels = new
        }
        info.updatedAt = .now()
        try labels.write(digest, .init(labels: info.labels, updatedAt: info.updatedAt))
        return info
      }
    }.get()
  }

  /// The digests of all blobs.
  ///
  /// - Throws: `GantryError` from the file system.
  func list() throws(GantryError) -> [Digest] {
    var digests: [Digest] = []
    for (algorithm, directory) in blobs {
      for name in try directory.directoryEntries() {
        if let digest = try? Digest(algorithm, hex: name) { digests.append(digest) }
      }
    }
    return digests.sorted { $0.description < $1.description }
  }

  /// Removes a blob. Who has it open reads on.
  ///
  /// - Throws: `.notFound`.
  func delete(_ digest: Digest) throws(GantryError) {
    let directory = try directory(digest.algorithm)
    guard unlinkat(directory.number, digest.hex, 0) == 0 else {
      if gantry_errno() == ENOENT { throw GantryError(.notFound, "blob \(digest) does not exist") }
      throw .system("unlinkat", digest.description)
    }
    try labels.remove(digest)
  }

  /// Makes a finished file the blob `digest`: from here on it is seen.
  ///
  /// - Parameters:
  ///   - name: of the file in `source`.
  ///   - file: the same, open for writing; its content has been verified.
  func publish(
    _ digest: Digest, _ name: String, in source: FileDescriptor, file: FileDescriptor, labels new: [String: String]
  ) throws(GantryError) {
    try retryingOnInterrupt("fchmod") { fchmod(file.number, 0o444) }
    try file.synchronize()
    if !new.isEmpty {
      try labelLock.withLock { _ in
        Result { () throws(GantryError) in
          try labels.write(digest, .init(labels: new, updatedAt: .now()))
        }
      }.get()
    }
    let directory = try directory(digest.algorithm)
    try retryingOnInterrupt("renameat", digest.description) {
      renameat(source.number, name, directory.number, digest.hex)
    }
    try directory.synchronize()
  }
}
