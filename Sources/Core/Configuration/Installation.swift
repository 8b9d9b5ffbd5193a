import Errors
import Glibc

/// Where the programs of an installation are: `<prefix>/bin/gantryd` knows `<prefix>/libexec/gantry/...`.
///
/// In a build directory, where all executables lie side by side, that one directory is everything.
public struct Installation: Sendable {
  /// Directory with `gantry-shim`, `gantry-runtime`, `gantry-worker`.
  public let libexec: String
  /// Directory with the shipped plugins.
  public let plugins: String

  public init(libexec: String, plugins: String) {
    self.libexec = libexec
    self.plugins = plugins
  }

  /// The installation this very program belongs to.
  public static let current: Installation = {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    let bytes = buffer.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }
    let executable = String(decoding: bytes, as: UTF8.self)
    return Installation(executable: executable)
  }()

  /// - Parameter executable: absolute path of the program.
  public init(executable: String) {
    let directory = executable.lastIndex(of: "/").map { String(executable[..<$0]) } ?? "."
    let prefix = directory.lastIndex(of: "/").map { String(directory[..<$0]) } ?? ""
    let installed = "\(prefix)/libexec/gantry"
    if access("\(installed)/gantry-shim", X_OK) == 0 {
      self.init(libexec: installed, plugins: "\(installed)/plugins")
    } else {
      self.init(libexec: directory, plugins: directory)
    }
  }

  /// Absolute path of a program in `libexec`.
  public func program(_ name: String) -> String { "\(libexec)/\(name)" }
}
