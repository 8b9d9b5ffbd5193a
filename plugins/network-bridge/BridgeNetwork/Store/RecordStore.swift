import CLinux
import Errors
import Glibc
import Linux
import Wire

/// Messages kept as files, one each, in a directory: `<id>.pb`, written to a temporary file and renamed.
struct RecordStore<Record: Message>: Sendable {
  private let directory: String
  private let isDurable: Bool

  /// - Parameter isDurable: whether a record must outlive a loss of power. Without it a record is still whole or absent
  ///   whatever process dies.
  /// - Throws: from mkdir(2).
  init(directory: String, isDurable: Bool) throws(GantryError) {
    self.directory = directory
    self.isDurable = isDurable
    do throws(GantryError) {
      try retryingOnInterrupt("mkdir", directory) { mkdir(directory, 0o700) }
    } catch  where error.errno == EEXIST {
    }
  }

  /// Every record that can be read; one that cannot is reported and stepped over.
  func load(reporting report: (String) -> Void) throws(GantryError) -> [Record] {
    guard let listing = opendir(directory) else { throw .system("opendir", directory) }
    defer { closedir(listing) }
    var records: [Record] = []
    while let entry = readdir(listing) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard name.hasSuffix(".pb") else { continue }
      do throws(GantryError) {
        records.append(try Record(serialized: try FileDescriptor.open("\(directory)/\(name)", O_RDONLY).readAll()))
      } catch {
        report("record \(directory)/\(name) is left out: \(error.message)")
      }
    }
    return records
  }

  func save(_ record: Record, as id: String) throws(GantryError) {
    try AtomicFile.write(record.serialized(), to: "\(directory)/\(id).pb", durable: isDurable)
  }

  /// What is not there is no error.
  func remove(_ id: String) throws(GantryError) {
    do throws(GantryError) {
      try retryingOnInterrupt("unlink", id) { unlink("\(directory)/\(id).pb") }
    } catch  where error.errno == ENOENT {
    }
  }
}
