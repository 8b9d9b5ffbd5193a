import CLinux
import Cgroups
import Errors
import Glibc
import Launcher
import Linux
import RuntimeSpec

/// A container of busybox in a scratch directory; everything goes when the fixture does.
final class ContainerFixture {
  let id: String
  let directory: String
  var specification: Specification
  var rootfs: [RootfsMount] = []
  var rootEntries: [RootEntry] = []
  var user: String?
  private(set) var cgroup: Cgroup?

  /// Whether containers can be launched here at all.
  static let isPossible = getuid() == 0 && access("/bin/busybox", X_OK) == 0

  init(_ command: [String]) throws {
    id = "gantry-test-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    directory = "/tmp/\(id)"
    specification = Self.specification(command)
    for path in ["", "/rootfs", "/rootfs/bin", "/rootfs/etc", "/rootfs/tmp"] { mkdir(directory + path, 0o755) }
    let busybox = try FileDescriptor.open("/bin/busybox", O_RDONLY).readAll()
    try write(busybox, "/rootfs/bin/busybox", mode: 0o755)
    for name in [
      "sh", "ls", "cat", "id", "mount", "echo", "sleep", "true", "false", "hostname", "stat", "unshare", "reboot",
      "umount", "touch", "grep", "readlink", "pwd", "tty", "stty", "mknod", "chroot", "ps", "printenv", "dd", "mkdir",
      "head", "wc", "kill",
    ] {
      symlink("busybox", "\(directory)/rootfs/bin/\(name)")
    }
    try write("root:x:0:0:root:/root:/bin/sh\nalice:x:1000:1001:Alice:/home/alice:/bin/sh\n", "/rootfs/etc/passwd")
    try write("root:x:0:\nusers:x:1001:\naudio:x:29:alice,root\nvideo:x:44:\n", "/rootfs/etc/group")
  }

  deinit {
    if let cgroup {
      try? cgroup.killAll()
      try? cgroup.delete()
    }
    Self.remove(directory)
  }

  private static func remove(_ path: String) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    if status.st_mode & S_IFMT == S_IFDIR, let stream = opendir(path) {
      while let entry = readdir(stream) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        if name != ".", name != ".." { remove("\(path)/\(name)") }
      }
      closedir(stream)
      rmdir(path)
    } else {
      unlink(path)
    }
  }

  func write(_ bytes: [UInt8], _ path: String, mode: mode_t = 0o644) throws {
    try FileDescriptor.open(directory + path, O_WRONLY | O_CREAT | O_TRUNC, mode: mode).writeAll(bytes)
  }

  func write(_ text: String, _ path: String) throws { try write(Array(text.utf8), path) }

  func makeCgroup(_ resources: Resources? = nil) throws -> Cgroup {
    let made = try Cgroup.create(path: "/\(id)", resources: resources, layout: .detect())
    cgroup = made
    return made
  }

  func beginCgroup() throws -> CgroupCreation {
    let creation = try CgroupCreation(path: "/\(id)", layout: .detect())
    cgroup = creation.cgroup
    return creation
  }

  func request(_ streams: ProcessStreams) -> LaunchRequest {
    var request = LaunchRequest(
      id: id, bundle: directory, specification: specification, rootfs: rootfs,
      rootEntries: rootEntries, streams: streams, cgroup: cgroup)
    request.timeout = .seconds(20)
    return request
  }

  struct Outcome {
    var output: String
    var error: String
    /// 128 and more for a signal.
    var code: Int32
    var lines: [Substring] { output.split(separator: "\n") }
  }

  /// Runs the container to its end.
  func run(input: String = "") throws -> Outcome {
    let pipes = try Pipes(input)
    let process = try Launcher.create(request(pipes.streams))
    try process.start()
    return try pipes.outcome(of: process)
  }

  /// Created and started, for tests that look from outside.
  func start() throws -> (LaunchedProcess, Pipes) {
    let pipes = try Pipes("")
    let process = try Launcher.create(request(pipes.streams))
    try process.start()
    return (process, pipes)
  }

  func exec(_ command: [String], in container: LaunchedProcess, edit: (inout ExecRequest) -> Void = { _ in }) throws
    -> Outcome
  {
    let pipes = try Pipes("")
    var process = specification.process ?? ProcessSpec()
    process.args = command
    var request = ExecRequest(
      containerPid: container.pid, specification: specification, process: process, streams: pipes.streams,
      cgroup: cgroup)
    edit(&request)
    return try pipes.outcome(of: Launcher.exec(request))
  }
}
