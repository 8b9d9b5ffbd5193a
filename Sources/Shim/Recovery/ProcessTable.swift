import CLinux
import Errors
import Glibc
import Linux

/// What /proc tells of processes that are not ours.
enum ProcessTable {
  /// When a process began, in clock ticks since boot; nil where there is no such process.
  static func startTime(of pid: Int32) -> Int64? {
    let fields = status(of: pid)
    return fields.count > 19 ? Int64(fields[19]) : nil
  }

  /// The wait status of a process that has ended and that its parent has not reaped yet; nil for any other.
  static func waitStatus(ofEnded pid: Int32, startTime: Int64) -> Int32? {
    let fields = status(of: pid)
    guard fields.count > 49, fields[0] == "Z", Int64(fields[19]) == startTime else { return nil }
    return Int32(fields[49])
  }

  /// The fields of proc_pid_stat(5) from the third on, its state.
  private static func status(of pid: Int32) -> [Substring] {
    guard let bytes = try? FileDescriptor.open("/proc/\(pid)/stat", O_RDONLY).readAll(limit: 4096) else { return [] }
    // The name in parentheses may hold anything; what follows the last one is a letter and numbers.
    let text = String(decoding: bytes, as: UTF8.self)
    guard let end = text.lastIndex(of: ")") else { return [] }
    return text[text.index(after: end)...].split(whereSeparator: \.isWhitespace)
  }

  /// A process that still is the one that began then.
  static func open(_ pid: Int32, startTime: Int64) -> FileDescriptor? {
    let number = gantry_pidfd_open(pid, 0)
    guard number >= 0 else { return nil }
    let descriptor = FileDescriptor(adopting: number)
    return self.startTime(of: pid) == startTime ? descriptor : nil
  }

  /// Opens a pipe through the first of the processes that has it.
  static func openPipe(inode: Int64, of pids: [Int32], _ flags: Int32) -> FileDescriptor? {
    guard inode != 0 else { return nil }
    for pid in pids {
      for name in (try? Directory.names(in: "/proc/\(pid)/fd")) ?? [] {
        let path = "/proc/\(pid)/fd/\(name)"
        guard link(path) == "pipe:[\(inode)]" else { continue }
        if let descriptor = try? FileDescriptor.open(path, flags) { return descriptor }
      }
    }
    return nil
  }

  private static func link(_ path: String) -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    let count = readlink(path, &buffer, buffer.count)
    return String(decoding: buffer[..<max(0, count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
