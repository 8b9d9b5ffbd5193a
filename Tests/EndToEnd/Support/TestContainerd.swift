import Foundation

/// Debian's containerd in a scratch directory, driven by `ctr` as a person would.
final class TestContainerd {
  static let image = "docker.io/library/busybox:latest"
  let scratch: String
  /// Of its own, because a cgroup's path is made of it.
  let namespace: String
  private var daemon: Command?

  /// Whether there is all that is needed.
  static var isInstalled: Bool { Privilege.has("containerd") && Privilege.has("ctr") && Privilege.has("runc") }

  /// The shim of the built tree, by its path: that is how `ctr run --runtime` takes it.
  static var shim: String { "\(Privilege.tree ?? "")/libexec/gantry/gantry-shim" }
  static let reference = "io.containerd.runc.v2"

  static func use(_ body: (TestContainerd) throws -> Void) throws {
    let containerd = try TestContainerd()
    defer { containerd.tearDown() }
    try containerd.start()
    try containerd.ctr("image", "import", TestImage.busybox())
    try body(containerd)
  }

  private init() throws {
    namespace = "gantry-ctr-\(UUID().uuidString.prefix(8).lowercased())"
    scratch = "/tmp/\(namespace)"
    try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
    let configuration = """
      version = 2
      root = "\(scratch)/root"
      state = "\(scratch)/state"
      disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt"]
      [grpc]
        address = "\(scratch)/c.sock"
      [ttrpc]
        address = "\(scratch)/c.sock.ttrpc"

      """
    try Data(configuration.utf8).write(to: URL(fileURLWithPath: "\(scratch)/config.toml"))
  }

  func start() throws {
    daemon = try Command(["containerd", "-c", "\(scratch)/config.toml"])
    try eventually("containerd answers") {
      try Command.run(["ctr", "-a", "\(scratch)/c.sock", "version"], within: 10).status == 0
    }
  }

  /// Ends the daemon at once; its shims go on.
  func kill() throws {
    daemon?.signal(SIGKILL)
    try eventually("containerd ends") { daemon?.isRunning != true }
  }

  /// The words that a `ctr` command begins with.
  var program: [String] { ["ctr", "-a", "\(scratch)/c.sock", "-n", namespace] }

  /// Runs `ctr`; a failing one fails the test.
  @discardableResult
  func ctr(_ arguments: String..., within seconds: Double = 30) throws -> CommandResult {
    let result = try attempt(arguments, within: seconds)
    guard result.status == 0 else { throw TestFailure("\(result)") }
    return result
  }

  /// Runs `ctr`, whatever comes of it.
  func attempt(_ arguments: [String], input: [UInt8]? = nil, within seconds: Double = 30) throws -> CommandResult {
    try Command.run(program + arguments, input: input, within: seconds)
  }

  var bundles: [String] {
    (try? FileManager.default.contentsOfDirectory(
      atPath: "\(scratch)/state/io.containerd.runtime.v2.task/\(namespace)")) ?? []
  }

  /// What `ctr task ls` says of a task; nil where it is not listed.
  func status(of id: String) throws -> (pid: Int32, status: String)? {
    for line in try ctr("task", "ls").lines.dropFirst() {
      let words = line.split(whereSeparator: \.isWhitespace)
      if words.count == 3, words[0] == id, let pid = Int32(words[1]) { return (pid, String(words[2])) }
    }
    return nil
  }

  private func tearDown() {
    for id in bundles {
      _ = try? attempt(["task", "kill", "-s", "SIGKILL", id], within: 10)
      _ = try? attempt(["task", "rm", "-f", id], within: 10)
    }
    daemon?.signal(SIGTERM)
    try? eventually("containerd ends") { daemon?.isRunning != true }
    daemon?.signal(SIGKILL)
    let groups = "find /sys/fs/cgroup/*/\(namespace) -depth -type d -exec rmdir {} + 2>/dev/null"
    _ = try? Command.run(["sh", "-c", "rm -rf \(scratch); \(groups)"])
  }
}
