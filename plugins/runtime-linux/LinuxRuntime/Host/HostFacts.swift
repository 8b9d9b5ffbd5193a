import Cgroups
import RuntimeSpec

/// What a specification depends on beside the container's settings: facts of the machine.
public struct HostFacts: Sendable {
  /// Go's name of the architecture, as seccomp profiles have it: "amd64" or "arm64".
  public var architecture: String
  /// Major and minor number of the kernel's version.
  public var kernel: KernelVersion
  /// The capabilities that the engine itself can give away, in the kernel's order.
  public var capabilities: [String]
  public var cpuCount: Int
  /// Numbers of the CPUs and memory nodes that can be asked for.
  public var cpus: IndexSet
  public var memoryNodes: IndexSet
  public var cgroupLayout: CgroupLayout.Kind
  /// Whether the kernel confines programs by AppArmor.
  public var hasAppArmor: Bool
  /// The host's mounts; nil reads them each time they are asked for.
  public var mounts: MountTable?

  public init(
    architecture: String, kernel: KernelVersion, capabilities: [String], cpuCount: Int, cpus: IndexSet,
    memoryNodes: IndexSet, cgroupLayout: CgroupLayout.Kind, hasAppArmor: Bool = false
  ) {
    self.architecture = architecture
    self.kernel = kernel
    self.capabilities = capabilities
    self.cpuCount = cpuCount
    self.cpus = cpus
    self.memoryNodes = memoryNodes
    self.cgroupLayout = cgroupLayout
    self.hasAppArmor = hasAppArmor
  }
}
