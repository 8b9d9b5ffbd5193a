import Glibc
import RuntimeSpec

/// What the engine knows of the machine it runs on; a value, so that tests can make one up.
package struct HostFacts: Sendable {
  package var processors: Int
  package var hostname: String
  package var memoryInBytes: Int64
  package var kernelRelease: String
  package var architecture: String
  package var operatingSystem: String
  package var operatingSystemVersion: String
  package var usesCgroupV2: Bool
  /// The processors and memory nodes that there are; nil where that cannot be told.
  package var cpus: IndexSet?
  package var memoryNodes: IndexSet?
  /// Whether block devices can be given a weight.
  package var hasBlockIOWeight: Bool

  package init(
    processors: Int, hostname: String, memoryInBytes: Int64, kernelRelease: String, architecture: String,
    operatingSystem: String, operatingSystemVersion: String, usesCgroupV2: Bool,
    cpus: IndexSet? = nil, memoryNodes: IndexSet? = nil, hasBlockIOWeight: Bool = true
  ) {
    self.processors = processors
    self.hostname = hostname
    self.memoryInBytes = memoryInBytes
    self.kernelRelease = kernelRelease
    self.architecture = architecture
    self.operatingSystem = operatingSystem
    self.operatingSystemVersion = operatingSystemVersion
    self.usesCgroupV2 = usesCgroupV2
    self.cpus = cpus
    self.memoryNodes = memoryNodes
    self.hasBlockIOWeight = hasBlockIOWeight
  }
}
