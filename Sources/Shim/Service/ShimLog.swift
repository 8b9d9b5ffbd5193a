import ContainerLog
import Glibc

/// The shim's own messages, in the form that containerd shows of its shims. What cannot be written is lost: nothing
/// waits for a log.
enum ShimLog {
  static func warning(_ message: String) { write("warning", message) }
  static func error(_ message: String) { write("error", message) }

  private static func write(_ level: String, _ message: String) {
    let text = message.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : ($0 == "\n" ? "\\n" : String($0)) }.joined()
    let line = Array("time=\"\(LogTimestamp.now.rfc3339NanoPadded)\" level=\(level) msg=\"\(text)\"\n".utf8)
    _ = line.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
