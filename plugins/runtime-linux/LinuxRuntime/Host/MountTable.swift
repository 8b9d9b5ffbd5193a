import CLinux
import Errors
import Glibc
import Linux

/// The mounts of the host, as far as propagation goes.
///
/// - SeeAlso: proc(5), `/proc/pid/mountinfo`; kernel documentation, filesystems/sharedsubtree.
public struct MountTable: Sendable {
  struct Entry: Sendable, Equatable {
    var target: String
    var isShared: Bool
    var isSlave: Bool
  }

  let entries: [Entry]

  /// Reads the text of a `mountinfo`.
  public init(parsing text: String) {
    entries = text.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: " ")
      guard fields.count > 6, let end = fields.firstIndex(of: "-"), end >= 6 else { return nil }
      let optional = fields[6..<end]
      return Entry(
        target: Self.unescaped(fields[4]), isShared: optional.contains { $0.hasPrefix("shared:") },
        isSlave: optional.contains { $0.hasPrefix("master:") })
    }
  }

  /// The mounts that this process sees.
  ///
  /// - Throws: `GantryError` from reading them.
  static func current() throws(GantryError) -> MountTable {
    let bytes = try FileDescriptor.open("/proc/self/mountinfo", O_RDONLY).readAll(limit: 64 << 20)
    return MountTable(parsing: String(decoding: bytes, as: UTF8.self))
  }

  /// Refuses a bind mount that is to propagate where its source does not.
  ///
  /// - Parameter isSlave: whether only the host's mounts are to appear.
  /// - Throws: `.failedPrecondition` in Docker's words.
  func check(_ source: String, isSlave: Bool) throws(GantryError) {
    let path = realpath(source, nil).map { text in
      defer { free(text) }
      return String(cString: text)
    }
    guard let mount = mount(of: path ?? source), !(mount.isShared || isSlave && mount.isSlave) else { return }
    throw GantryError(
      .failedPrecondition,
      "path \(source) is mounted on \(mount.target) but it is not a shared \(isSlave ? "or slave " : "")mount")
  }

  /// The innermost mount that `path` lies in; of several at one place the last one covers the others.
  func mount(of path: String) -> Entry? {
    entries.reduce(into: nil as Entry?) { found, entry in
      let isAbove = entry.target == "/" || path == entry.target || path.hasPrefix(entry.target + "/")
      if isAbove, entry.target.utf8.count >= found?.target.utf8.count ?? 0 { found = entry }
    }
  }

  /// The kernel writes blanks, tabs, line feeds and backslashes as three octal digits.
  private static func unescaped(_ field: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = field.utf8[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\\"), rest.count >= 3, let code = UInt8(String(Substring(rest.prefix(3))), radix: 8) {
        bytes.append(code)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
