import Errors
import Glibc
import Linux

/// A directory of one test's own, gone with the last reference.
final class Scratch {
  let path: String

  init() throws {
    var template = Array("/tmp/gantry-archive-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw GantryError.system("mkdtemp") }
    path = String(cString: made)
  }

  deinit {
    let name = path.split(separator: "/").last.map(String.init) ?? ""
    if let parent = try? FileDescriptor.open("/tmp", O_RDONLY | O_DIRECTORY) { try? parent.removeTree(name) }
  }

  func file(_ bytes: [UInt8], _ name: String = "blob") throws -> FileDescriptor {
    let file = try FileDescriptor.open("\(path)/\(name)", O_RDWR | O_CREAT | O_TRUNC)
    try file.writeAll(bytes)
    return try FileDescriptor.open("\(path)/\(name)", O_RDONLY)
  }

  func directory(_ name: String = "root") throws -> FileDescriptor {
    mkdir("\(path)/\(name)", 0o755)
    return try FileDescriptor.open("\(path)/\(name)", O_RDONLY | O_DIRECTORY)
  }

  func read(_ name: String) throws -> String {
    String(decoding: try FileDescriptor.open("\(path)/\(name)", O_RDONLY).readAll(), as: UTF8.self)
  }

  func status(_ name: String) throws -> stat {
    var status = stat()
    guard lstat("\(path)/\(name)", &status) == 0 else { throw GantryError.system("lstat", name) }
    return status
  }

  func exists(_ name: String) -> Bool { access("\(path)/\(name)", F_OK) == 0 }

  /// Runs a program of the distribution.
  ///
  /// - Returns: its exit status; nil where there is no such program.
  static func run(_ arguments: [String]) -> Int32? {
    var pid = pid_t()
    var pointers = arguments.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    guard posix_spawnp(&pid, arguments[0], nil, nil, &pointers, environ) == 0 else { return nil }
    var status: Int32 = 0
    guard waitpid(pid, &status, 0) == pid else { return nil }
    return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128
  }

  static func has(_ program: String) -> Bool {
    ["/usr/bin/", "/bin/", "/usr/local/bin/"].contains { access($0 + program, X_OK) == 0 }
  }
}
