import Glibc
import Linux
import Messages
import RuntimeSpec
import Testing

/// Our specifications beside those that dockerd 20.10.24 handed to runc for the same options.
@Suite struct LinuxRuntimeDockerTests {
  static let fixtures =
    #filePath.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/LinuxRuntimeFixtures"

  /// Options of `docker run`, and what they are in a request.
  static let cases: [(name: String, change: @Sendable (inout GantryRuntimeV1.Container) -> Void)] = [
    ("plain", { _ in }),
    ("priv", { $0.privileged = true }),
    (
      "tty",
      {
        $0.terminal = true
        $0.memoryInBytes = 64 << 20
        $0.nanoCpus = 1_500_000_000
        $0.capAdd = ["SYS_ADMIN"]
        $0.capDrop = ["CHOWN"]
        $0.`init` = true
        $0.readOnlyRootfs = true
        $0.tmpfs = [.init(target: "/t2", options: "size=1m,exec"), .init(target: "/tmp")]
        $0.ulimits = [.init(name: "nofile", soft: 100, hard: 200)]
        $0.sysctls = ["net.ipv4.ip_forward": "1"]
        $0.shmSizeInBytes = 10 << 20
        $0.binds = [
          .init(source: "/bin", target: "/x", options: ["ro"]),
          .init(source: "/tmp", target: "/z", options: ["rslave"]),
        ]
        $0.securityOpt = ["no-new-privileges"]
        $0.user = "1:2"
        $0.domainname = "dom"
        $0.oomScoreAdj = 5
        $0.pidsLimit = 77
        $0.cpuShares = 77
        $0.cpusetCpus = "0"
        $0.oomKillDisable = true
      }
    ),
    (
      "hostns",
      {
        $0.pidMode = "host"
        $0.ipcMode = "host"
        $0.utsMode = "host"
        $0.capAdd = ["ALL"]
      }
    ),
    (
      "capall",
      {
        $0.capDrop = ["ALL"]
        $0.capAdd = ["CHOWN"]
        $0.securityOpt = ["seccomp=unconfined", "apparmor=unconfined", "label=disable"]
      }
    ),
  ]

  @Test(arguments: cases.map(\.name))
  func agreesWithDocker(_ name: String) async throws {
    let change = try #require(Self.cases.first { $0.name == name }?.change)
    let bytes = try FileDescriptor.open("\(Self.fixtures)/docker-\(name).json", O_RDONLY).readAll()
    let docker = try Specification(parsing: bytes)
    let ours = try await LinuxRuntimeHarness().specification(change)
    let (dockers, linux) = (try #require(docker.linux), try #require(ours.linux))
    let (process, theirs) = (try #require(ours.process), try #require(docker.process))

    // Docker binds its own init.
    let mounts = docker.mounts.map { mount in
      var mount = mount
      if mount.source == "/usr/bin/docker-init" { mount.source = LinuxRuntimeHarness.programs.initProgram }
      return mount
    }
    #expect(ours.mounts == mounts)
    #expect(linux.namespaces == dockers.namespaces)
    #expect(linux.seccomp == dockers.seccomp)
    #expect(linux.sysctl == dockers.sysctl)
    #expect(linux.maskedPaths == dockers.maskedPaths)
    #expect(linux.readonlyPaths == dockers.readonlyPaths)
    #expect(linux.rootfsPropagation == dockers.rootfsPropagation || name == "tty", "Docker leaves it to runc's default")
    #expect(ours.root?.readonly == docker.root?.readonly)
    #expect(process.args == theirs.args)
    #expect(process.cwd == theirs.cwd)
    #expect(process.terminal == theirs.terminal)
    #expect(process.capabilities == theirs.capabilities)
    #expect(process.rlimits == theirs.rlimits)
    #expect(process.noNewPrivileges == theirs.noNewPrivileges)
    #expect(process.oomScoreAdj ?? 0 == theirs.oomScoreAdj ?? 0)
    expectSameLimits(linux.resources, dockers.resources)
  }

  /// Docker writes zeros where nothing is limited.
  private func expectSameLimits(_ ours: Resources?, _ docker: Resources?) {
    #expect(ours?.memory?.limit == docker?.memory?.limit)
    #expect(ours?.memory?.swap == docker?.memory?.swap)
    #expect(ours?.memory?.disableOOMKiller ?? false == docker?.memory?.disableOOMKiller ?? false)
    #expect(ours?.cpu?.shares ?? 0 == docker?.cpu?.shares ?? 0)
    #expect(ours?.cpu?.quota == docker?.cpu?.quota)
    #expect(ours?.cpu?.period == docker?.cpu?.period)
    #expect(ours?.cpu?.cpus ?? "" == docker?.cpu?.cpus ?? "")
    #expect(ours?.pids?.limit == docker?.pids?.limit)
    // runc adds rules of its own to Docker's; ours are there already.
    let rules = docker?.devices.filter { $0 != DeviceRule(allow: true, type: "c", major: 10, minor: 229, access: "rw") }
    #expect(rules?.allSatisfy { ours?.devices.contains($0) == true } == true)
    #expect(ours?.devices.first == docker?.devices.first)
  }
}
