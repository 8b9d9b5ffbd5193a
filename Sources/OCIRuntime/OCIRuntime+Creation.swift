import CLinux
import Cgroups
import Errors
import Glibc
import JSON
import Launcher
import Linux
import RuntimeSpec

extension OCIRuntime {
  func create() throws(GantryError) -> Int32 {
    let id = try arguments.containerID()
    _ = try make(id, gate: .directory(RuntimeContainer.directory(root: root, id: id)))
    return 0
  }

  /// Create and start in one; in the foreground it waits, passes signals on, and deletes.
  func runContainer() throws(GantryError) -> Int32 {
    let id = try arguments.containerID()
    let isDetached = arguments.has("detach", "d")
    let (container, process) = try make(id, gate: .pipe)
    do throws(GantryError) {
      try process.start()
      try markStarted(container)
    } catch {
      try? remove(container)
      throw error
    }
    if isDetached { return 0 }
    let code = process.wait(passingSignals: true)
    try remove(container)
    return code
  }

  /// A container up to its command. Nothing is left when it fails.
  private func make(
    _ id: String, gate: LaunchGate
  ) throws(GantryError) -> (container: RuntimeContainer, process: LaunchedProcess) {
    let bundle = try absolute(arguments.value("bundle", "b") ?? ".")
    let bytes = try FileDescriptor.open("\(bundle)/config.json", O_RDONLY).readAll()
    let specification = try Specification(parsing: bytes)
    let cgroupPath = Self.cgroupPath(specification.linux?.cgroupsPath ?? "", id: id)
    var container = try RuntimeContainer.make(root: root, id: id, bundle: bundle, cgroupPath: cgroupPath)
    var cgroup: Cgroup?
    var process: LaunchedProcess?
    do throws(GantryError) {
      try container.write(bytes, to: "config.json")
      var creation = try CgroupCreation(path: cgroupPath, layout: .detect())
      cgroup = creation.cgroup
      let isTerminal = specification.process?.terminal ?? false
      var request = LaunchRequest(
        id: id, bundle: bundle, specification: specification, streams: try streams(terminal: isTerminal),
        cgroup: creation.cgroup, seccompCache: "\(root)/.seccomp", inherited: try preserved(), gate: gate)
      request.usesPivotRoot = !arguments.has("no-pivot")
      request.usesNewKeyring = !arguments.has("no-new-keyring")
      let launched = try Launcher.create(request) { () throws(GantryError) in
        try creation.finish(specification.linux?.resources)
      }
      process = launched
      if let terminal = launched.terminal { try handOver(terminal) }
      container.pid = launched.pid
      container.startTime = ProcessStatus(pid: launched.pid)?.startTime ?? 0
      try container.save()
      try writePidFile(launched.pid)
      return (container, launched)
    } catch {
      process?.abandon()
      try? cgroup?.killAll()
      try? cgroup?.delete()
      container.remove()
      throw error
    }
  }

  /// As runc: an absolute path is below the hierarchies' roots, a relative one too, none is named after the container.
  static func cgroupPath(_ path: String, id: String) -> String {
    if path.isEmpty { return "/gantry-runtime/\(id)" }
    return path.hasPrefix("/") ? path : "/\(path)"
  }

  func absolute(_ path: String) throws(GantryError) -> String {
    guard let resolved = realpath(path, nil) else { throw .system("realpath", path) }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  func streams(terminal: Bool) throws(GantryError) -> ProcessStreams {
    if terminal {
      guard arguments.value("console-socket") != nil else {
        throw GantryError(
          .invalidArgument, "the process wants a terminal (process.terminal); give --console-socket to receive it")
      }
      return .terminal
    }
    // Copies: these numbers stay this program's own.
    func standard(_ number: Int32) throws(GantryError) -> FileDescriptor {
      let copy = gantry_fcntl(number, F_DUPFD_CLOEXEC, 3)
      return copy >= 0 ? FileDescriptor(adopting: copy) : try .open("/dev/null", O_RDWR)
    }
    return .descriptors(input: try standard(0), output: try standard(1), error: try standard(2))
  }

  func preserved() throws(GantryError) -> [FileDescriptor] {
    guard let text = arguments.value("preserve-fds") else { return [] }
    guard let count = Int32(text), count >= 0, count < 1024 else {
      throw GantryError(.invalidArgument, "--preserve-fds \(text) is no number of descriptors; use 0 to 1023")
    }
    var descriptors: [FileDescriptor] = []
    for number in 3..<(3 + count) {
      let copy = try retryingOnInterrupt("fcntl", "descriptor \(number)") {
        gantry_fcntl(number, F_DUPFD_CLOEXEC, 3 + Int(count))
      }
      descriptors.append(FileDescriptor(adopting: copy))
    }
    return descriptors
  }

  /// Sends the terminal's master to whoever listens at `--console-socket`.
  func handOver(_ terminal: FileDescriptor) throws(GantryError) {
    guard let path = arguments.value("console-socket") else { return }
    let socket = try UnixSocket.connect(path: path)
    let name = Array("terminal".utf8)
    let result = name.withUnsafeBytes { bytes in
      Result { () throws(GantryError) in try UnixSocket.send(socket, bytes, descriptors: [terminal]) }
    }
    guard try result.get() != nil else {
      throw GantryError(.unavailable, "nobody takes the terminal at console socket \(path); is its owner still there?")
    }
  }

  func writePidFile(_ pid: Int32) throws(GantryError) {
    guard let path = arguments.value("pid-file") else { return }
    let temporary = "\(path).new"
    try FileDescriptor.open(temporary, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644).writeAll(Array("\(pid)".utf8))
    try retryingOnInterrupt("rename", path) { rename(temporary, path) }
  }
}
