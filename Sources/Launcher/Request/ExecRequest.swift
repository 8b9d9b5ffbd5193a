import Cgroups
import Errors
import Linux
import RuntimeSpec

/// All that the launcher needs to run one more process in a running container.
public struct ExecRequest: Sendable {
  /// The container's first process, as this process sees it; its namespaces are joined.
  public var containerPid: Int32

  /// The container's specification: seccomp, personality and annotations count here too, its `process` does not.
  public var specification: Specification

  /// What to run. Annotations `Annotations.user` and `Annotations.groups` are the container's own; `user` below wins.
  public var process: ProcessSpec

  /// The user as it was written ("name", "uid:gid" and so on), looked up inside the container; nil takes
  /// the numbers in `process.user`, "" the container's default.
  public var user: String?

  /// Additional groups, names or numbers.
  public var groups: [String]

  public var streams: ProcessStreams

  /// The container's cgroup.
  public var cgroup: Cgroup?

  /// As in `LaunchRequest`.
  public var seccompCache: String?

  /// Further descriptors that the process finds as 3, 4 and so on.
  public var inherited: [FileDescriptor]

  /// Whether the process gets a session keyring of its own.
  public var usesNewKeyring: Bool

  /// `.open` runs the process at once, `.pipe` when `start()` is called.
  public var gate: LaunchGate

  /// How long it may take until the process runs.
  public var timeout: Duration

  public init(
    containerPid: Int32, specification: Specification, process: ProcessSpec, user: String? = nil,
    groups: [String] = [], streams: ProcessStreams, cgroup: Cgroup? = nil, seccompCache: String? = nil,
    inherited: [FileDescriptor] = [], usesNewKeyring: Bool = true, gate: LaunchGate = .open,
    timeout: Duration = .seconds(30)
  ) {
    self.containerPid = containerPid
    self.specification = specification
    self.process = process
    self.user = user
    self.groups = groups
    self.streams = streams
    self.cgroup = cgroup
    self.seccompCache = seccompCache
    self.inherited = inherited
    self.usesNewKeyring = usesNewKeyring
    self.gate = gate
    self.timeout = timeout
  }
}
