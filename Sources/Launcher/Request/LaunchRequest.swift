import Cgroups
import Errors
import Linux
import RuntimeSpec

/// All that the launcher needs to make a container's first process.
public struct LaunchRequest: Sendable {
  /// The container's id, told to hooks.
  public var id: String

  /// Absolute path of the bundle: a relative `root.path` starts here, hooks are told it.
  public var bundle: String

  public var specification: Specification

  /// What is mounted at `root.path` inside the container's own mount namespace, in this order, each on top of the one
  /// before. Empty where `root.path` holds the file system already.
  public var rootfs: [RootfsMount]

  public var rootEntries: [RootEntry]

  public var streams: ProcessStreams

  /// The cgroup to start in, which is there in the unified hierarchy. nil stays where the caller is.
  public var cgroup: Cgroup?

  /// Takes the place of the path or absence of a path in the specification's network namespace.
  public var networkNamespace: FileDescriptor?

  /// Directory for compiled seccomp filters, made where missing; nil compiles every time (20 ms for Docker's).
  public var seccompCache: String?

  /// Further descriptors that the process finds as 3, 4 and so on.
  public var inherited: [FileDescriptor]

  /// False uses MS_MOVE and chroot(2), for a root on a ramdisk.
  public var usesPivotRoot: Bool

  /// Whether the process gets a session keyring of its own.
  public var usesNewKeyring: Bool

  public var gate: LaunchGate

  /// How long creation may take altogether, hooks included.
  public var timeout: Duration

  public init(
    id: String, bundle: String, specification: Specification, rootfs: [RootfsMount] = [],
    rootEntries: [RootEntry] = [], streams: ProcessStreams, cgroup: Cgroup? = nil,
    networkNamespace: FileDescriptor? = nil, seccompCache: String? = nil,
    inherited: [FileDescriptor] = [], usesPivotRoot: Bool = true, usesNewKeyring: Bool = true,
    gate: LaunchGate = .pipe, timeout: Duration = .seconds(60)
  ) {
    self.id = id
    self.bundle = bundle
    self.specification = specification
    self.rootfs = rootfs
    self.rootEntries = rootEntries
    self.streams = streams
    self.cgroup = cgroup
    self.networkNamespace = networkNamespace
    self.seccompCache = seccompCache
    self.inherited = inherited
    self.usesPivotRoot = usesPivotRoot
    self.usesNewKeyring = usesNewKeyring
    self.gate = gate
    self.timeout = timeout
  }
}
