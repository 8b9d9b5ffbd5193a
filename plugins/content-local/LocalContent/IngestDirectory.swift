import Hashing
import Digests
import Errors
import Glibc
import Linux
import Messages
import Synchronization

/// What is on its way into the store: a directory for each reference, `<sha256 of the reference>/{data,ref,…}`, that
/// survives a restart so that its writer can go on. Safe to use from several threads.
final class IngestDirectory: Sendable {
  let descriptor: FileDescriptor
  /// References with a writer.
  private let locked = Mutex<Set<String>>([])
  private let counter = Atomic<UInt64>(0)

  private static let temporaryPrefix = ".tmp-"
  /// As containerd's: what nobody has gone on with for a day is given up.
  private static let expirySeconds = 24 * 3600

  init(in root: FileDescriptor) throws(GantryError) { descriptor = try root.makeDirectory("ingest") }

  func temporaryName() -> String {
    let number = counter.add(1, ordering: .relaxed).newValue
    return "\(Self.temporaryPrefix)\(getpid())-\(number)"
  }

  /// The directory's name for a reference.
  static func name(of reference: String) throws(GantryError) -> String { try Digest.of(reference.utf8).hex }

  /// Takes the lock of a reference.
  ///
  /// - Throws: `.unavailable` where it has a writer.
  func lock(_ reference: String) throws(GantryError) {
    guard locked.withLock({ $0.insert(reference).inserted }) else {
      throw GantryError(.unavailable, "ref \(reference) locked: another writer has it")
    }
  }

  func unlock(_ reference: String) { _ = locked.withLock { $0.remove(reference) } }

  /// Opens the file of a reference for a writer that is another process, or takes up one's own, and locks it: the
  /// lock lasts as long as a copy of the descriptor is open anywhere.
  ///
  /// - Throws: `.unavailable` where somebody has it open.
  func lockedData(_ directory: FileDescriptor, _ reference: String) throws(GantryError) -> FileDescriptor {
    let data = try directory.open("data", O_RDWR | O_NOFOLLOW)
    guard flock(data.number, LOCK_EX | LOCK_NB) == 0 else {
      throw GantryError(.unavailable, "ref \(reference) locked: another writer has it")
    }
    return data
  }

  /// Removes what is half made or given up.
  func removeLeftovers() throws(GantryError) {
    for name in try descriptor.directoryEntries() {
      guard let status = try? read(name) else {
        try descriptor.removeTree(name)
        continue
      }
      if time(nil) - Int(status.updatedAt?.seconds ?? 0) > Self.expirySeconds { try descriptor.removeTree(name) }
    }
  }

  /// Opens the directory of a reference, or makes it.
  func open(_ reference: String, total: Int64, expected: String) throws(GantryError) -> FileDescriptor {
    let name = try Self.name(of: reference)
    do throws(GantryError) {
      return try descriptor.open(name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    } catch {
      guard error.errno == ENOENT else { throw error }
    }
    let temporary = temporaryName()
    let directory = try descriptor.makeDirectory(temporary)
    try directory.replaceFile("ref", with: Array(reference.utf8))
    try directory.replaceFile("total", with: Array(String(total).utf8))
    if !expected.isEmpty { try directory.replaceFile("expected", with: Array(expected.utf8)) }
    try directory.replaceFile("startedat", with: Array(Self.text(of: .now()).utf8))
    _ = try directory.open("data", O_WRONLY | O_CREAT, mode: 0o600)
    try descriptor.rename(temporary, to: name)
    try descriptor.synchronize()
    return directory
  }

  /// - Throws: `.notFound` where nothing is on its way under this reference.
  func status(_ reference: String) throws(GantryError) -> ContainerdServicesContentV1.Status {
    do throws(GantryError) { return try read(Self.name(of: reference)) } catch {
      if error.errno == ENOENT { throw GantryError(.notFound, "ref \(reference) does not exist") }
      throw error
    }
  }

  func statuses() throws(GantryError) -> [ContainerdServicesContentV1.Status] {
    try descriptor.directoryEntries().filter { !$0.hasPrefix(Self.temporaryPrefix) }.compactMap { try? read($0) }
      .sorted { $0.ref < $1.ref }
  }

  /// - Throws: `.notFound` where nothing is on its way under this reference.
  func abort(_ reference: String) throws(GantryError) {
    _ = try status(reference)
    try descriptor.removeTree(Self.name(of: reference))
  }

  private func read(_ name: String) throws(GantryError) -> ContainerdServicesContentV1.Status {
    let directory = try descriptor.open(name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    func text(_ file: String) throws(GantryError) -> String {
      String(decoding: try directory.open(file, O_RDONLY).readAll(limit: 1 << 20), as: UTF8.self)
    }
    var (data, started) = (stat(), stat())
    try retryingOnInterrupt("fstatat", "data") { fstatat(directory.number, "data", &data, AT_SYMLINK_NOFOLLOW) }
    try retryingOnInterrupt("fstatat", "ref") { fstatat(directory.number, "ref", &started, AT_SYMLINK_NOFOLLOW) }
    let total = Int64(try text("total")) ?? 0
    return .init(
      startedAt: .init(started.st_mtim), updatedAt: .init(data.st_mtim), ref: try text("ref"),
      offset: Int64(data.st_size), total: total, expected: (try? text("expected")) ?? "")
  }

  /// RFC 3339, as containerd writes it there.
  static func text(of time: GoogleProtobuf.Timestamp) -> String {
    var (seconds, parts) = (time_t(time.seconds), tm())
    gmtime_r(&seconds, &parts)
    var buffer = [CChar](repeating: 0, count: 32)
    strftime(&buffer, buffer.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
