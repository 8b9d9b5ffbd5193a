import Errors
import Glibc

/// A directory of a test's own, gone with the last reference.
final class ScratchDirectory: Sendable {
  let path: String

  init() throws {
    var template = Array("/tmp/gantry-engine-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw GantryError(.unknown, "mkdtemp failed") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { Self.remove(path) }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  private static func remove(_ path: String) {
    if let directory = opendir(path) {
      while let entry = readdir(directory) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name == "." || name == ".." { continue }
        let child = "\(path)/\(name)"
        if entry.pointee.d_type == UInt8(DT_DIR) { remove(child) } else { unlink(child) }
      }
      closedir(directory)
    }
    rmdir(path)
  }
}
