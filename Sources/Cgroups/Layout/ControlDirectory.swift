import CLinux
import Errors
import Glibc
import Linux

/// One cgroup's directory in one hierarchy and the files in it.
public struct ControlDirectory: Sendable, Equatable {
  public let path: String

  public init(path: String) { self.path = path }

  public func has(_ file: String) -> Bool { access("\(path)/\(file)", F_OK) == 0 }

  public var exists: Bool { access(path, F_OK) == 0 }

  /// - Throws: `GantryError` from open(2) or read(2).
  public func read(_ file: String) throws(GantryError) -> String {
    String(decoding: try FileDescriptor.open("\(path)/\(file)", O_RDONLY).readAll(), as: UTF8.self)
  }

  /// - Throws: `GantryError` from open(2) or write(2); the kernel takes a value or refuses it with errno.
  public func write(_ file: String, _ value: String) throws(GantryError) {
    let descriptor = try FileDescriptor.open("\(path)/\(file)", O_WRONLY)
    do throws(GantryError) {
      try descriptor.writeAll(Array(value.utf8))
    } catch {
      throw .system("write", "\(path)/\(file)", errno: error.errno ?? EIO)
    }
  }

  /// The single number in a file; "max" is the largest, a missing file or other text nil.
  public func number(_ file: String) -> UInt64? {
    guard let text = try? read(file) else { return nil }
    return KernelText.number(text)
  }

  /// Creates the directory and those above it.
  ///
  /// - Returns: the directories that were not there before, the topmost first.
  /// - Throws: `GantryError` from mkdir(2).
  func create() throws(GantryError) -> [ControlDirectory] {
    if mkdir(path, 0o755) == 0 { return [self] }
    let code = gantry_errno()
    switch code {
    case EEXIST: return []
    case ENOENT:
      guard let parent else { throw .system("mkdir", path, errno: code) }
      return try parent.create() + create()
    default: throw .system("mkdir", path, errno: code)
    }
  }

  /// The directory above; nil for the root.
  var parent: ControlDirectory? {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return nil }
    return ControlDirectory(path: String(path[..<slash]))
  }

  /// The directories right below.
  func children() -> [ControlDirectory] {
    guard let stream = opendir(path) else { return [] }
    defer { closedir(stream) }
    var children: [ControlDirectory] = []
    while let entry = readdir(stream) {
      guard Int32(entry.pointee.d_type) == Int32(DT_DIR) else { continue }
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name != ".", name != ".." { children.append(ControlDirectory(path: "\(path)/\(name)")) }
    }
    return children
  }
}
