import Hashing
import CLinux
import Digests
import Errors
import Glibc
import ImageSpec
import Linux

/// The directory that an archive's blobs are left in: temporary files first, then files named by their digests.
/// Not thread-safe.
final class Staging {
  /// A file that was taken out of the archive.
  struct File: Hashable {
    let digest: Digest
    let size: Int64
  }

  let directory: FileDescriptor
  private var counter = 0

  init(_ directory: FileDescriptor) { self.directory = directory }

  /// Makes a file of what `write` writes, and names it by its digest.
  ///
  /// - Parameter write: is given the file and a function that it must tell of each piece, in order.
  func add(_ write: (@escaping (UnsafeRawBufferPointer) throws(GantryError) -> Void) throws(GantryError) -> Void)
    throws(GantryError) -> File
  {
    let name = temporaryName()
    let file = try directory.open(name, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
    let digester = try Digester()
    var size: Int64 = 0
    try write { (bytes) throws(GantryError) in
      try digester.update(bytes)
      try file.writeAll(bytes, at: size)
      size += Int64(bytes.count)
    }
    return try publish(name, File(digest: digester.finish(), size: size))
  }

  /// Makes a file of `bytes`.
  func add(_ bytes: [UInt8]) throws(GantryError) -> File {
    try add { (emit) throws(GantryError) in
      try bytes.withUnsafeBytes { buffer in Result { () throws(GantryError) in try emit(buffer) } }.get()
    }
  }

  /// Takes in a whole file whose digest is known.
  func addCopy(of source: FileDescriptor, _ file: File) throws(GantryError) -> File {
    let name = temporaryName()
    let target = try directory.open(name, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
    try source.copyContent(to: target, size: file.size)
    return try publish(name, file)
  }

  private func temporaryName() -> String {
    counter += 1
    return ".part-\(counter)"
  }

  private func publish(_ name: String, _ file: File) throws(GantryError) -> File {
    try directory.rename(name, to: file.digest.hex)
    return file
  }

  func open(_ digest: Digest) throws(GantryError) -> FileDescriptor {
    try directory.open(digest.hex, O_RDONLY | O_NOFOLLOW)
  }

  /// All of a document, which is small.
  func read(_ file: File, name: String) throws(GantryError) -> [UInt8] {
    guard file.size <= 8 << 20 else {
      throw GantryError(.invalidArgument, "\(name) has \(file.size) bytes; that much is not read")
    }
    return try open(file.digest).readAll()
  }

  /// Removes all files but these.
  func keep(_ digests: Set<Digest>) throws(GantryError) {
    let names = Set(digests.map(\.hex))
    for name in try directory.directoryEntries() where !names.contains(name) { try directory.removeTree(name) }
  }

  /// A regular file with what comes out of `archive`: itself, or, of a pipe, a copy without a name.
  func seekable(_ archive: FileDescriptor) throws(GantryError) -> FileDescriptor {
    var status = stat()
    try retryingOnInterrupt("fstat") { fstat(archive.number, &status) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return archive
    case S_IFDIR: throw GantryError(.invalidArgument, "it is a directory, not an archive; pack it with tar first")
    default: break
    }
    let name = temporaryName()
    let copy = try directory.open(name, O_RDWR | O_CREAT | O_EXCL, mode: 0o600)
    try directory.removeTree(name)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 4096)
    defer { buffer.deallocate() }
    var size: Int64 = 0
    while true {
      let count: Int
      do throws(GantryError) { count = try archive.read(into: buffer) } catch {
        guard error.errno == EAGAIN else { throw error }
        var wait = pollfd(fd: archive.number, events: Int16(POLLIN), revents: 0)
        _ = poll(&wait, 1, 1000)
        continue
      }
      if count == 0 { return copy }
      try copy.writeAll(UnsafeRawBufferPointer(rebasing: buffer[..<count]), at: size)
      size += Int64(count)
    }
  }
}
