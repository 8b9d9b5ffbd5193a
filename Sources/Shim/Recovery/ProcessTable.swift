import CLinux
import Errors
import Glibc
import Linux

/// What /proc tells of processes that are not ours.
enum ProcessTable {
  /// When a process began, in clock ticks since boot; nil where there is no such process.
  static func startTime(of pid: Int32) -> Int64? {
    guard let bytes = try? FileDescriptor.open("/proc/\(pid)/stat", O_RDONLY).readAll(limit: 4096) else { return nil }
    // The name in parentheses may hold anything; what follows the last one is numbers.
    let text = String(decoding: bytes, as: UTF8.self)
    guard let end = text.lastIndex(of: ")") else { return nil }
    let fields = text[text.index(after: end)...].split(separator: " ")
    return fields.count > 19 ? Int64(fields[19]) : nil
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
      for name in names(in: "/proc/\(pid)/fd") {
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

  private static func names(in path: String) -> [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      names.append(
        withUnsafeBytes(of: entry.pointee.d_name) { bytes in
          String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        })
    }
    return names.filter { $0 != "." && $0 != ".." }
  }
}
