import Errors
import Glibc
import Linux

/// A directory for one run of a suite, gone with the last reference.
final class ConformanceScratch: Sendable {
  let path: String

  init() throws {
    var template = Array("/tmp/gantry-conformance-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw GantryError.system("mkdtemp") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { Self.remove(path) }

  /// A program with some words of it changed.
  func copy(_ program: String, as name: String, replacing old: String, with new: String) throws -> String {
    let text = String(decoding: try FileDescriptor.open(program, O_RDONLY).readAll(), as: UTF8.self)
    guard text.contains(old) else { throw GantryError(.notFound, "\(old) is not in \(program)") }
    let changed = text.split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
    let file = try FileDescriptor.open("\(path)/\(name)", O_WRONLY | O_CREAT | O_EXCL, mode: 0o755)
    try file.writeAll(Array(changed.utf8))
    return "\(path)/\(name)"
  }

  private static func remove(_ path: String) {
    guard let directory = opendir(path) else {
      unlink(path)
      return
    }
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: $0.pointee)) { String(cString: $0) }
      }
      if name == "." || name == ".." { continue }
      let child = "\(path)/\(name)"
      var status = stat()
      if lstat(child, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { remove(child) } else { unlink(child) }
    }
    closedir(directory)
    rmdir(path)
  }
}
