import Errors
import Glibc
import LinuxRuntime
import Messages
import RuntimeSpec
import Testing

@Suite struct LinuxRuntimeSettingsTests {
  private let harness = LinuxRuntimeHarness()

  @Test func theAnswerNamesTheShim() async throws {
    #expect(try await harness.shim().path == "/libexec/gantry-shim")
  }

  @Test(
    arguments: [
      ("", true), ("root", true), ("0", true), ("0:5", true), ("root:staff", true), ("1000", false), ("nobody", false),
      ("1:0", false),
    ])
  func onlyRootHasCapabilitiesOfItsOwn(_ user: String, _ isRoot: Bool) async throws {
    let specification = try await harness.specification { $0.user = user }
    let capabilities = try #require(specification.process?.capabilities)
    #expect(capabilities.bounding == Capabilities.docker)
    #expect(capabilities.effective == (isRoot ? Capabilities.docker : []))
    #expect(capabilities.permitted == capabilities.effective)
    #expect(capabilities.inheritable.isEmpty && capabilities.ambient.isEmpty)
    #expect(specification.annotations[Annotations.user] == user)
  }

  @Test(
    arguments: [("", []), ("nobody", []), ("1000", []), ("nobody:staff", []), ("1000:5", [5]), ("nobody:5", [5])]
      as [(String, [UInt32])])
  func aGroupThatIsNotKnownYetIsNotRoots(_ user: String, _ groups: [UInt32]) async throws {
    let harness = harness
    let specification = try await harness.specification { $0.user = user }
    #expect(specification.process?.user.additionalGids == groups)
    let exec = try await harness.process(.init(spec: specification.serialized(), args: ["id"], user: user))
    #expect(exec.user.additionalGids == groups)
  }

  @Test(
    arguments: [
      (["ALL"], ["CHOWN"], Array(CapabilityName.all.prefix(38).dropFirst())),
      (["all"], ["all"], Array(CapabilityName.all.prefix(38))),
      ([], ["all"], []),
      (["net_admin", "CAP_CHOWN", "NET_ADMIN"], [], Capabilities.docker + ["CAP_NET_ADMIN"]),
      (["CHOWN"], ["CHOWN"], Array(Capabilities.docker.dropFirst()) + ["CAP_CHOWN"]),
    ])
  func capabilitiesAreAddedAndDropped(_ added: [String], _ dropped: [String], _ expected: [String]) async throws {
    let specification = try await harness.specification {
      $0.capAdd = added
      $0.capDrop = dropped
    }
    #expect(specification.process?.capabilities?.bounding == expected)
  }

  @Test func privilegedGivesWhatTheEngineHolds() async throws {
    var harness = harness
    harness.host.capabilities = ["CAP_CHOWN", "CAP_SYS_ADMIN"]
    let specification = try await harness.specification {
      $0.privileged = true
      $0.securityOpt = ["seccomp={\"defaultAction\":\"SCMP_ACT_KILL\"}"]
    }
    #expect(specification.process?.capabilities?.effective == ["CAP_CHOWN", "CAP_SYS_ADMIN"])
    #expect(specification.linux?.seccomp == nil)
    #expect(specification.linux?.devices.contains { $0.path == "/dev/null" && $0.major == 1 && $0.minor == 3 } == true)
    #expect(specification.linux?.resources?.devices == [DeviceRule(allow: true, access: "rwm")])
  }

  @Test(
    arguments: [
      ("", ["noexec", "nosuid", "nodev", "rprivate"]),
      ("exec,size=1m", ["nosuid", "nodev", "rprivate", "exec", "size=1m"]),
      ("size=1m,size=2m,mode=700", ["noexec", "nosuid", "nodev", "rprivate", "size=2m", "mode=700"]),
      ("rw,ro,suid,dev,defaults", ["noexec", "rprivate", "ro", "suid", "dev"]),
      ("shared", ["noexec", "nosuid", "nodev", "shared"]),
    ])
  func tmpfsOptionsOverrideDefaults(_ options: String, _ expected: [String]) async throws {
    let specification = try await harness.specification { $0.tmpfs = [.init(target: "/t/", options: options)] }
    #expect(
      specification.mounts.last == MountSpec(destination: "/t", type: "tmpfs", source: "tmpfs", options: expected))
  }

  @Test(
    arguments: [
      ([], ["rbind", "rprivate"], ""), (["ro", "z"], ["rbind", "ro", "rprivate"], ""),
      (["bind", "rw"], ["bind", "rprivate"], ""), (["shared"], ["rbind", "shared"], "shared"),
      (["ro", "rslave"], ["rbind", "ro", "rslave"], "rslave"),
    ])
  func bindsArePrivateUnlessAsked(_ options: [String], _ expected: [String], _ root: String) async throws {
    let specification = try await harness.specification {
      $0.binds = [.init(source: "/srv", target: "/x", options: options)]
    }
    #expect(specification.mounts.last?.options == expected)
    #expect(specification.linux?.rootfsPropagation == root)
  }

  @Test func mountsOfTheUserReplaceDefaultsAndParentsComeFirst() async throws {
    let specification = try await harness.specification {
      $0.binds = [
        .init(source: "/a", target: "/x/y/z"), .init(source: "/b", target: "/x"), .init(source: "/c", target: "/dev"),
      ]
      $0.tmpfs = [.init(target: "/x/y")]
    }
    let targets = specification.mounts.map(\.destination)
    #expect(targets == ["/proc", "/sys", "/sys/fs/cgroup", "/x", "/dev", "/x/y", "/x/y/z"])
  }

  @Test(
    arguments: [
      ("", ["/dev/shm"], true), ("shareable", ["/dev/shm"], true), ("none", [], true), ("host", ["/dev/shm"], false),
    ])
  func sharedMemoryFollowsTheIPCMode(_ mode: String, _ mounts: [String], _ isOwn: Bool) async throws {
    let specification = try await harness.specification { $0.ipcMode = mode }
    #expect(specification.mounts.map(\.destination).filter { $0 == "/dev/shm" } == mounts)
    #expect(specification.linux?.namespaces.contains { $0.type == .ipc } == isOwn)
    #expect(specification.mounts.contains { $0.source == "shm" } == (isOwn && !mounts.isEmpty))
  }

  @Test func theCgroupNamespaceIsPrivateOnV2() async throws {
    var harness = harness
    #expect(try await harness.specification().linux?.namespaces.contains { $0.type == .cgroup } == false)
    harness.host.cgroupLayout = .v2
    #expect(try await harness.specification().linux?.namespaces.contains { $0.type == .cgroup } == true)
    let asked = try await harness.specification { $0.cgroupnsMode = "host" }
    #expect(asked.linux?.namespaces.contains { $0.type == .cgroup } == false)
  }

  @Test func aReadOnlyRootMakesOnlyKernelFilesReadOnly() async throws {
    let specification = try await harness.specification {
      $0.readOnlyRootfs = true
      $0.binds = [.init(source: "/srv", target: "/srv")]
    }
    let readOnly = specification.mounts.filter { $0.options.contains("ro") }.map(\.destination)
    #expect(readOnly == ["/sys", "/sys/fs/cgroup"])
    #expect(specification.root?.readonly == true)
  }

  @Test(
    arguments: [
      (10, 0, 10, 20), (10, 30, 10, 30), (10, -1, 10, -1), (0, 0, nil, nil), (0, -1, nil, -1),
    ] as [(Int64, Int64, Int64?, Int64?)])
  func swapIsTwiceTheMemoryUnlessAsked(_ memory: Int64, _ swap: Int64, _ limit: Int64?, _ total: Int64?) async throws {
    let mebibyte: Int64 = 1 << 20
    let specification = try await harness.specification {
      $0.memoryInBytes = memory * mebibyte
      $0.memorySwapInBytes = swap > 0 ? swap * mebibyte : swap
    }
    #expect(specification.linux?.resources?.memory?.limit == limit.map { $0 * mebibyte })
    #expect(specification.linux?.resources?.memory?.swap == total.map { $0 > 0 ? $0 * mebibyte : $0 })
  }

  @Test func noLimitIsTheLargestNumber() async throws {
    let specification = try await harness.specification {
      $0.ulimits = [.init(name: "core", soft: 0, hard: -1), .init(name: "core", soft: -1, hard: -1)]
    }
    #expect(specification.process?.rlimits == [ResourceLimit(type: "RLIMIT_CORE", soft: .max, hard: .max)])
  }

  @Test func theEnvironmentHasDefaultsThatCanBeReplaced() async throws {
    let plain = try await harness.specification { $0.terminal = true }
    #expect(
      plain.process?.env == [
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOSTNAME=h", "TERM=xterm",
      ])
    let own = try await harness.specification {
      $0.terminal = true
      $0.env = ["PATH=/bin", "A=1", "TERM", "A=2", "B=x=y"]
    }
    #expect(own.process?.env == ["PATH=/bin", "HOSTNAME=h", "A=2", "B=x=y"])
  }

  @Test func additionalGroupsTravelAsWritten() async throws {
    let specification = try await harness.specification { $0.additionalGroups = ["audio", "44"] }
    #expect(specification.annotations[Annotations.groups] == "audio,44")
  }

  @Test func devicesAreGivenWithTheirRules() async throws {
    let specification = try await harness.specification {
      $0.devices = [.init(pathOnHost: "/dev/null", pathInContainer: "/dev/nothing", permissions: "r")]
    }
    let device = try #require(specification.linux?.devices.first)
    #expect(device.path == "/dev/nothing" && device.type == "c" && device.major == 1 && device.minor == 3)
    #expect(
      specification.linux?.resources?.devices.last
        == DeviceRule(allow: true, type: "c", major: 1, minor: 3, access: "r"))
  }

  @Test func anInitNeedsItsOwnProcessIds() async throws {
    let specification = try await harness.specification {
      $0.`init` = true
      $0.pidMode = "host"
    }
    #expect(specification.process?.args == ["sleep", "1000"])
  }

  @Test func systemPathsCanBeShown() async throws {
    let specification = try await harness.specification { $0.securityOpt = ["systempaths=unconfined"] }
    #expect(specification.linux?.maskedPaths == [])
    #expect(specification.linux?.readonlyPaths == [])
  }

  @Test func featuresTellOfTheHost() async throws {
    let features = try await harness.features()
    #expect(features.cgroupLayout == "v1")
    #expect(String(decoding: features.features, as: UTF8.self).contains("\"ociVersionMax\""))
  }
}
