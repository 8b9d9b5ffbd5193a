import Engine
import Errors
import ImageSpec
import Messages
import RuntimeSpec
import Testing

struct SettingsWarningsTests {
  private var host = HostFacts(
    processors: 2, hostname: "vm", memoryInBytes: 1 << 34, kernelRelease: "6.1", architecture: "x86_64",
    operatingSystem: "Debian", operatingSystemVersion: "12", usesCgroupV2: false, cpus: IndexSet(0...1),
    memoryNodes: IndexSet(0...0), hasBlockIOWeight: false)

  private func warnings(
    _ container: GantryRuntimeV1.Container, image: Platform = .current, isAsked: Bool = false
  ) -> (warnings: [String], container: GantryRuntimeV1.Container?) {
    var settings = GantryEngineV1.CreateContainerRequest(container: container)
    let warnings = SettingsWarnings.take(from: &settings, image: image, isPlatformAsked: isAsked, host: host)
    return (warnings, settings.container)
  }

  @Test func whatIsInOrderIsNotWarnedOf() {
    #expect(warnings(.init()).warnings.isEmpty)
    #expect(warnings(.init(memoryInBytes: 1 << 26, oomKillDisable: true)).warnings.isEmpty)
    #expect(warnings(.init(), image: Platform(os: "", architecture: "")).warnings.isEmpty)
  }

  @Test func dangerIsNamed() {
    #expect(
      warnings(.init(oomKillDisable: true)).warnings == [
        "OOM killer is disabled for the container, but no memory limit is set, this can result in the system running "
          + "out of resources."
      ])
  }

  @Test func whatTheHostCannotDoIsTakenOut() {
    let (warnings, container) = warnings(.init(blkioWeight: 100))
    #expect(
      warnings == [
        "Your kernel does not support Block I/O weight or the cgroup is not mounted. Weight discarded."
      ])
    #expect(container?.blkioWeight == 0)
  }

  @Test func anImageForOthersIsNamedUnlessItWasAskedFor() {
    let other = Platform(os: "linux", architecture: "s390x")
    #expect(
      warnings(.init(), image: other).warnings == [
        "The requested image's platform (linux/s390x) does not match the detected host platform "
          + "(\(Platform.current)) and no specific platform was requested"
      ])
    #expect(warnings(.init(), image: other, isAsked: true).warnings.isEmpty)
  }

  @Test(arguments: [
    (GantryRuntimeV1.Container(cpusetCpus: "7"), "Requested CPUs are not available - requested 7, available: 0-1"),
    (.init(cpusetCpus: "x"), "Invalid value x for cpuset cpus: invalid format: x"),
    (.init(cpusetMems: "1"), "Requested memory nodes are not available - requested 1, available: 0"),
    (.init(blkioWeight: 9), "Range of blkio weight is from 10 to 1000"),
  ])
  func whatTheHostDoesNotHaveIsRefused(_ container: GantryRuntimeV1.Container, _ words: String) {
    let settings = GantryEngineV1.CreateContainerRequest(container: container)
    let error = #expect(throws: GantryError.self) { try SettingsCheck.check(settings, host: host) }
    #expect(error?.message == words)
  }
}
