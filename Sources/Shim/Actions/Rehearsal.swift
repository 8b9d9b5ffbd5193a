import Cgroups
import Errors
import Glibc
import Launcher
import Linux
import LoopServices
import LoopWire
import Messages
import RuntimeSpec

/// What a shim does for its first container, as far as it goes without one: a conversation, a specification that is read and
/// turned into a plan. Whatever fails of it costs nothing but time later.
final class Rehearsal {
  /// The host's cgroup hierarchies.
  private(set) var layout: CgroupLayout?
  /// Tells when something has been mounted.
  private let mounts = try? FileDescriptor.open("/proc/self/mountinfo", O_RDONLY)

  func play() {
    layout = try? .detect()
    try? converse()
    try? prepare()
  }

  /// Looks at the hierarchies again where something has been mounted or unmounted meanwhile.
  func repeatWhatChanged() {
    guard let mounts else { return layout = nil }
    var watched = pollfd(fd: mounts.number, events: Int16(POLLPRI), revents: 0)
    if poll(&watched, 1, 0) != 0 { layout = try? .detect() }
  }

  private func converse() throws(GantryError) {
    let loop = try EventLoop()
    let namespace = "rehearsal"
    let core = ShimCore(
      loop: loop, reaper: ChildReaper(), events: EventPublisher(loop: loop, address: "", namespace: namespace),
      namespace: namespace, layout: layout)
    let server = LoopServer(loop: loop, routes: ServeAction.routes(core))
    let (ours, theirs) = try UnixSocket.pair()
    try server.serve(connection: ours)
    let client = try LoopClient(loop: loop, adopting: theirs)
    let (shim, task) = (GantryShimV1.ShimLoopClient(client), ContainerdTaskV2.TaskLoopClient(client))
    var pending = 4
    let container = ContainerdTaskV2.CreateTaskRequest(
      id: namespace, bundle: "/nonexistent/\(namespace)",
      rootfs: [.init(type: "overlay", source: "overlay", options: ["lowerdir=/a"])])
    let log = GantryShimV1.LogConfig(driver: "none")
    shim.create(.init(task: container, log: log, rootEntries: [.init(path: "/a")])) { _ in pending -= 1 }
    shim.status(.init()) { _ in pending -= 1 }
    task.wait(.init(id: namespace)) { _ in pending -= 1 }
    shim.dismiss(.init(id: namespace)) { _ in pending -= 1 }
    var turns = 100
    while pending > 0, turns > 0 {
      try loop.runOnce(timeout: .milliseconds(10))
      turns -= 1
    }
    client.close()
    server.shutdown()
    let streams = try StreamConnector(
      context: core.io, id: namespace, hasTerminal: false, bundle: .open("/", O_RDONLY | O_DIRECTORY)
    ).connect(.kept(log: nil, openInput: true, inputOnce: false, input: nil))
    try streams.preparePumps()
    _ = streams.lifelines
    streams.close()
  }

  private func prepare() throws(GantryError) {
    var specification = try Specification(parsing: Array(Self.specification.utf8))
    _ = specification.linux?.seccomp?.json.serialized()
    specification.linux?.seccomp = nil
    try Launcher.rehearse(
      LaunchRequest(
        id: "rehearsal", bundle: "/nonexistent", specification: specification,
        rootfs: [RootfsMount(type: "overlay", source: "overlay", options: ["lowerdir=/a:/b", "upperdir=/c"])],
        rootEntries: [RootEntry(path: "/a", link: "/b")], streams: .terminal,
        seccompCache: Container.seccompCache(bundle: "/run/gantry/shims/gantry/rehearsal")))
    if let layout { _ = try Cgroup(path: "/rehearsal", layout: layout) }
  }

  /// One of each that Docker's containers have.
  private static let specification = """
    {"ociVersion":"1.0.2","process":{"terminal":true,"consoleSize":{"height":1,"width":1},"user":{"uid":0,"gid":0,
    "additionalGids":[1]},"args":["a"],"env":["PATH=/bin"],"cwd":"/","capabilities":{"bounding":["CAP_CHOWN"],
    "effective":["CAP_CHOWN"],"permitted":["CAP_CHOWN"]},"rlimits":[{"type":"RLIMIT_NOFILE","soft":1,"hard":1}],
    "oomScoreAdj":0,"noNewPrivileges":false},"root":{"path":"rootfs"},"hostname":"a","mounts":[
    {"destination":"/proc","type":"proc","source":"proc","options":["nosuid","noexec","nodev"]},
    {"destination":"/dev","type":"tmpfs","source":"tmpfs","options":["nosuid","strictatime","mode=755","size=65536k"]},
    {"destination":"/a","type":"bind","source":"/a","options":["rbind","rprivate","ro"]}],
    "annotations":{"gantry.user":""},"linux":{"sysctl":{"net.ipv4.ip_unprivileged_port_start":"0"},
    "resources":{"devices":[{"allow":false,"access":"rwm"},{"allow":true,"type":"c","major":1,"minor":3,"access":"rwm"}],
    "memory":{"limit":1},"cpu":{"quota":1,"period":1},"pids":{"limit":1}},"cgroupsPath":"/a","namespaces":[
    {"type":"mount"},{"type":"network"},{"type":"uts"},{"type":"pid"},{"type":"ipc"}],
    "seccomp":{"defaultAction":"SCMP_ACT_ERRNO","architectures":["SCMP_ARCH_X86_64"],"syscalls":[
    {"names":["a"],"action":"SCMP_ACT_ALLOW","args":[{"index":0,"value":0,"op":"SCMP_CMP_EQ"}]}]},
    "maskedPaths":["/proc/kcore"],"readonlyPaths":["/proc/bus"]}}
    """
}
