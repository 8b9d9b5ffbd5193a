import Errors
import LinuxRuntime
import RuntimeSpec
import Testing

@Suite struct LinuxRuntimeSeccompTests {
  private func filter(
    _ profile: String? = nil, adding: [String] = [], on host: HostFacts = LinuxRuntimeHarness().host
  ) async throws -> SeccompSpec? {
    var harness = LinuxRuntimeHarness()
    harness.host = host
    let specification = try await harness.specification {
      $0.capAdd = adding
      if let profile { $0.securityOpt = ["seccomp=\(profile)"] }
    }
    return specification.linux?.seccomp
  }

  @Test func namespacesNeedACapability() async throws {
    let plain = try #require(try await filter())
    let clone = try #require(plain.syscalls.first { $0.names == ["clone"] })
    #expect(clone.args == [SeccompArgument(index: 0, value: 0x7e02_0000, op: "SCMP_CMP_MASKED_EQ")])
    let clone3 = try #require(plain.syscalls.first { $0.names == ["clone3"] })
    #expect(clone3.action == "SCMP_ACT_ERRNO" && clone3.errnoRet == 38)
    let admin = try #require(try await filter(adding: ["SYS_ADMIN"]))
    #expect(!admin.syscalls.contains { $0.names == ["clone"] || $0.names == ["clone3"] })
    #expect(admin.syscalls.contains { $0.names.contains("clone3") && $0.args.isEmpty })
  }

  @Test(
    arguments: [
      ("SYS_PTRACE", "process_vm_readv"), ("SYS_MODULE", "init_module"), ("SYS_TIME", "settimeofday"),
      ("SYS_BOOT", "reboot"), ("SYSLOG", "syslog"), ("DAC_READ_SEARCH", "open_by_handle_at"), ("SYS_ADMIN", "mount"),
    ])
  func capabilitiesBringTheirCalls(_ capability: String, _ name: String) async throws {
    #expect(try await filter()?.syscalls.contains { $0.names.contains(name) } == false)
    #expect(try await filter(adding: [capability])?.syscalls.contains { $0.names.contains(name) } == true)
  }

  @Test(arguments: ["kexec_load", "add_key", "keyctl", "swapon", "userfaultfd", "move_pages", "pivot_root"])
  func whatReachesIntoTheHostIsNeverAllowed(_ name: String) async throws {
    #expect(try await filter(adding: ["ALL"])?.syscalls.contains { $0.names.contains(name) } == false)
  }

  @Test func theArchitectureDecides() async throws {
    var host = LinuxRuntimeHarness().host
    host.architecture = "arm64"
    let filter = try #require(try await filter(on: host))
    #expect(filter.architectures == ["SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"])
    #expect(filter.syscalls.contains { $0.names.contains("cacheflush") })
    #expect(!filter.syscalls.contains { $0.names.contains("arch_prctl") })
  }

  @Test func oldKernelsForbidTracing() async throws {
    var host = LinuxRuntimeHarness().host
    host.kernel = KernelVersion(major: 4, minor: 7)
    #expect(try await filter(on: host)?.syscalls.contains { $0.names.contains("ptrace") } == false)
  }

  @Test func aProfileIsReadWithItsConditions() async throws {
    let profile = """
      {"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 1,
       "archMap": [{"architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86"]}],
       "syscalls": [
         {"names": ["read"], "action": "SCMP_ACT_ALLOW", "args": null, "includes": {}, "excludes": {}},
         {"name": "write", "action": "SCMP_ACT_ALLOW", "errnoRet": 1},
         {"names": ["a"], "action": "SCMP_ACT_ALLOW", "includes": {"caps": ["CAP_CHOWN", "CAP_SYS_ADMIN"]}},
         {"names": ["b"], "action": "SCMP_ACT_ALLOW", "excludes": {"caps": ["CAP_CHOWN"]}},
         {"names": ["c"], "action": "SCMP_ACT_ERRNO", "errnoRet": 7, "includes": {"minKernel": "6.1"}},
         {"names": ["d"], "action": "SCMP_ACT_ALLOW", "includes": {"minKernel": "6.2"}},
         {"names": ["e"], "action": "SCMP_ACT_ALLOW", "includes": {"arches": ["s390x"]}},
         {"names": ["f"], "action": "SCMP_ACT_ALLOW", "args": [{"index": 1, "value": 2, "valueTwo": 3, "op": "SCMP_CMP_NE"}]}
       ]}
      """
    let filter = try #require(try await filter(profile))
    #expect(filter.defaultErrnoRet == 1)
    #expect(filter.architectures == ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"])
    #expect(filter.syscalls.map(\.names) == [["read"], ["write"], ["c"], ["f"]])
    #expect(filter.syscalls.map(\.errnoRet) == [nil, nil, 7, nil])
    #expect(filter.syscalls.last?.args == [SeccompArgument(index: 1, value: 2, valueTwo: 3, op: "SCMP_CMP_NE")])
  }

  @Test(
    arguments: [
      "", "{", "[]", "{}", "{\"defaultAction\": 1}", "{\"defaultAction\": \"SCMP_ACT_KILL\", \"syscalls\": {}}",
      "{\"defaultAction\": \"SCMP_ACT_KILL\", \"syscalls\": [{\"names\": [\"x\"], \"action\": \"a\", \"includes\": {\"minKernel\": \"x\"}}]}",
      "{\"defaultAction\": \"SCMP_ACT_KILL\", \"architectures\": [\"a\"], \"archMap\": [{\"architecture\": \"SCMP_ARCH_X86_64\"}]}",
    ])
  func aProfileThatIsNoneIsRefused(_ profile: String) async {
    let error = await #expect(throws: GantryError.self) { try await filter(profile) }
    #expect(error?.code == .invalidArgument)
    #expect(error?.message.contains("seccomp profile") == true)
  }
}
