import Glibc

/// Counts what could not be written, and words the line that tells of it.
struct LostOutput {
  /// Since the log was opened.
  private(set) var total = 0
  private(set) var errno: Int32 = 0
  private var unreported = 0

  var isPending: Bool { unreported > 0 }

  /// An entry that says what is missing; nil where nothing is.
  var note: [UInt8]? {
    guard unreported > 0 else { return nil }
    let text = "gantry-shim: \(unreported) log entries were lost here: \(String(cString: strerror(errno)))"
    let entry = "{\"log\":\"\(text)\\n\",\"stream\":\"stderr\",\"time\":\"\(LogTimestamp.now.rfc3339Nano)\"}\n"
    return Array(entry.utf8)
  }

  mutating func count(_ entries: UnsafeRawBufferPointer, errno: Int32) {
    let count = entries.count { $0 == 0x0A }
    self.errno = errno
    unreported += count
    total += count
  }

  mutating func reported() { unreported = 0 }
}
