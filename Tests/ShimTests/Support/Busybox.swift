import Glibc

/// What the tests with real containers need of the machine.
enum Busybox {
  static let path = "/bin/busybox"
  /// The shim as it was built beside the tests, or where a built tree is named.
  static var shimPath: String {
    if let tree = getenv("GANTRY_OUT").map({ String(cString: $0) }), !tree.isEmpty {
      return "\(tree)/libexec/gantry/gantry-shim"
    }
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    let own = String(decoding: buffer[..<max(0, count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    // `swift test` runs the tests inside a program of the toolchain: the bundle is named in the arguments then.
    let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? own
    return [own, bundle].map { path in
      path.split(separator: "/").dropLast().reduce(into: "") { $0 += "/\($1)" } + "/gantry-shim"
    }.first { access($0, X_OK) == 0 } ?? ""
  }

  static var canRunContainers: Bool {
    getuid() == 0 && access(path, X_OK) == 0 && access(shimPath, X_OK) == 0
  }

  static let reason = "needs root, /bin/busybox and a built gantry-shim"
}
