import CLinux
import Cgroups
import Errors
import Glibc
import JSON
import Launcher
import Linux
import RuntimeSpec

extension OCIRuntime {
  func exec() throws(GantryError) -> Int32 {
    let container = try load()
    let status = container.status
    guard status == .running || status == .created else {
      throw GantryError(
        .failedPrecondition, "container \(container.id) is \(status.rawValue); a process can run only in a running one")
    }
    let specification = try container.specification()
    let process = try execProcess(specification)
    var request = ExecRequest(
      containerPid: container.pid, specification: specification, process: process,
      streams: try streams(terminal: process.terminal), cgroup: try container.cgroup,
      seccompCache: "\(root)/.seccomp", inherited: try preserved())
    request.usesNewKeyring = false
    request.user = arguments.value("user", "u")
    let launched = try Launcher.exec(request)
    if let terminal = launched.terminal { try handOver(terminal) }
    try writePidFile(launched.pid)
    return arguments.has("detach", "d") ? 0 : launched.wait(passingSignals: true)
  }

  private func execProcess(_ specification: Specification) throws(GantryError) -> ProcessSpec {
    if let path = arguments.value("process", "p") {
      return try ProcessSpec(parsing: FileDescriptor.open(path, O_RDONLY).readAll())
    }
    var process = specification.process ?? ProcessSpec()
    process.args = Array(arguments.operands.dropFirst())
    process.terminal = arguments.has("tty", "t")
    if let directory = arguments.value("cwd") { process.cwd = directory }
    process.env += (arguments.values["env"] ?? []) + (arguments.values["e"] ?? [])
    if arguments.has("no-new-privs") { process.noNewPrivileges = true }
    for text in (arguments.values["additional-gids"] ?? []) + (arguments.values["g"] ?? []) {
      guard let group = UInt32(text) else {
        throw GantryError(.invalidArgument, "additional group \"\(text)\" is no number")
      }
      process.user.additionalGids.append(group)
    }
    return process
  }

  func processes() throws(GantryError) -> Int32 {
    let pids = try load().cgroup?.processes() ?? []
    let isJSON = arguments.value("format", "f") == "json"
    printOut(isJSON ? JSONValue.array(pids.map(\.json)).text() + "\n" : pids.map { "\($0)\n" }.joined())
    return 0
  }

  func list() throws(GantryError) -> Int32 {
    let containers = RuntimeContainer.all(root: root)
    if arguments.has("quiet", "q") {
      printOut(containers.map { "\($0.id)\n" }.joined())
    } else if arguments.value("format", "f") == "json" {
      let all = containers.map { container -> JSONValue in
        [
          "ociVersion": .string(Specification.version), "id": .string(container.id),
          "pid": .integer(container.status == .stopped ? 0 : Int64(container.pid)),
          "status": .string(container.status.rawValue), "bundle": .string(container.bundle),
          "created": .string(RuntimeTime.text(container.created)),
        ]
      }
      printOut(JSONValue.array(all).text() + "\n")
    } else {
      printOut(RuntimeTable.text(containers))
    }
    return 0
  }

  func update() throws(GantryError) -> Int32 {
    let container = try load()
    var resources = Resources()
    if let path = arguments.value("resources", "r") {
      let bytes = try (path == "-" ? FileDescriptor.open("/dev/stdin", O_RDONLY) : .open(path, O_RDONLY)).readAll()
      resources = try Resources(parsing: bytes)
    }
    try addLimits(to: &resources)
    resources.devices = []
    try container.cgroup?.apply(resources)
    return 0
  }

  private func addLimits(to resources: inout Resources) throws(GantryError) {
    func number<Number: FixedWidthInteger>(_ name: String) throws(GantryError) -> Number? {
      guard let text = arguments.value(name) else { return nil }
      guard let number = Number(text) else {
        throw GantryError(.invalidArgument, "--\(name) \(text) is no number; give bytes, shares or microseconds")
      }
      return number
    }
    var memory = resources.memory ?? MemoryResources()
    if let value: Int64 = try number("memory") { memory.limit = value }
    if let value: Int64 = try number("memory-reservation") { memory.reservation = value }
    if let value: Int64 = try number("memory-swap") { memory.swap = value }
    resources.memory = memory
    var cpu = resources.cpu ?? CPUResources()
    if let value: UInt64 = try number("cpu-share") { cpu.shares = value }
    if let value: UInt64 = try number("cpu-period") { cpu.period = value }
    if let value: Int64 = try number("cpu-quota") { cpu.quota = value }
    if let value = arguments.value("cpuset-cpus") { cpu.cpus = value }
    if let value = arguments.value("cpuset-mems") { cpu.mems = value }
    resources.cpu = cpu
    if let value: Int64 = try number("pids-limit") { resources.pids = PidsResources(limit: value) }
    if let value: UInt16 = try number("blkio-weight") { resources.blockIO = BlockIOResources(weight: value) }
  }
}
