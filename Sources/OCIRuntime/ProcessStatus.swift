import Glibc
import Linux

/// What `/proc/<pid>/stat` says of a process (proc(5)).
package struct ProcessStatus: Sendable, Equatable {
  /// Clock ticks since boot.
  package let startTime: UInt64
  /// Whether it is a zombie, or dead.
  package let hasEnded: Bool

  package init?(pid: Int32) {
    guard let file = try? FileDescriptor.open("/proc/\(pid)/stat", O_RDONLY), let bytes = try? file.readAll() else {
      return nil
    }
    self.init(text: String(decoding: bytes, as: UTF8.self))
  }

  package init?(text: String) {
    // The second field is the command in parentheses, which may itself hold anything.
    guard let end = text.lastIndex(of: ")") else { return nil }
    let fields = text[text.index(after: end)...].split(separator: " ")
    guard fields.count > 19, let start = UInt64(fields[19]) else { return nil }
    startTime = start
    hasEnded = fields[0] == "Z" || fields[0] == "X"
  }
}
