import Glibc
import Linux

/// Our environment.
enum ProcessEnvironment {
  /// `NAME=value` each.
  static var variables: [String] {
    guard let bytes = try? FileDescriptor.open("/proc/self/environ", O_RDONLY).readAll() else { return [] }
    return bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Has a variable lie in memory of its own: where it lay when the process began may be overwritten then.
  static func keep(_ name: String) {
    if let text = value(name) { setenv(name, text, 1) }
  }

  static func value(_ name: String) -> String? {
    guard let text = getenv(name) else { return nil }
    return String(cString: text)
  }
}
