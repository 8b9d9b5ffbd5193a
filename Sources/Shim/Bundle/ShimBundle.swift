import CLinux
import Errors
import Glibc
import JSON
import Linux
import Messages
import RuntimeSpec

/// A container's bundle: its specification, and the files that the shim leaves there.
struct ShimBundle {
  let path: String
  let directory: FileDescriptor

  /// - Throws: `.notFound` where there is no such directory.
  init(path: String) throws(GantryError) {
    self.path = path
    directory = try FileDescriptor.open(path, O_RDONLY | O_DIRECTORY)
  }

  /// Reads `config.json`.
  ///
  /// - Throws: `.notFound`, or `.invalidArgument` for one that is not valid.
  func specification() throws(GantryError) -> Specification {
    do throws(GantryError) {
      return try Specification(parsing: directory.open("config.json", O_RDONLY).readAll())
    } catch {
      throw error.wrapped("bundle \(path)")
    }
  }

  /// Writes a file whole: under another name first, then renamed.
  ///
  /// The bundle lies in memory and goes with the machine: there is nothing to flush to a disk.
  ///
  /// - Throws: `GantryError` from the file system.
  func write(_ bytes: [UInt8], to name: String, mode: mode_t = 0o600) throws(GantryError) {
    let temporary = ".\(name)"
    let file = try directory.open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode: mode)
    try file.writeAll(bytes)
    try retryingOnInterrupt("rename", "\(path)/\(name)") {
      renameat(directory.number, temporary, directory.number, name)
    }
  }

  /// A file's content; nil where it is not there.
  func read(_ name: String) -> [UInt8]? {
    try? directory.open(name, O_RDONLY | O_NOFOLLOW).readAll(limit: 1 << 20)
  }

  /// Removes a file; that there is none is no error.
  func remove(_ name: String) { _ = unlinkat(directory.number, name, 0) }

  /// Names of all that lies in it.
  var names: [String] { (try? Directory.names(in: path)) ?? [] }

  func write(_ record: GantryShimV1.ExitRecord) throws(GantryError) {
    try write(record.serialized(), to: "exit")
  }

  /// The exit of the container's first process; nil while it runs.
  var exitRecord: GantryShimV1.ExitRecord? {
    read("exit").flatMap { try? GantryShimV1.ExitRecord(serialized: $0) }
  }
}
