import Glibc

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

  package init(
    processors: Int, hostname: String, memoryInBytes: Int64, kernelRelease: String, architecture: String,
    operatingSystem: String, operatingSystemVersion: String, usesCgroupV2: Bool
  ) {
    self.processors = processors
    self.hostname = hostname
    self.memoryInBytes = memoryInBytes
    self.kernelRelease = kernelRelease
    self.architecture = architecture
    self.operatingSystem = operatingSystem
    self.operatingSystemVersion = operatingSystemVersion
    self.usesCgroupV2 = usesCgroupV2
  }
}
