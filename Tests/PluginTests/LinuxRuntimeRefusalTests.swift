import Errors
import Messages
import Testing

/// Settings that cannot be, and the sentences that say so; Docker's own where Docker has one.
@Suite struct LinuxRuntimeRefusalTests {
  typealias Change = @Sendable (inout GantryRuntimeV1.Container) -> Void

  static let cases: [(sentence: String, change: Change)] = [
    ("invalid CapAdd: unknown capability: \"CAP_FOO\"", { $0.capAdd = ["FOO"] }),
    ("invalid CapDrop: unknown capability: \"CAP_FOO\"", { $0.capDrop = ["cap_foo"] }),
    ("invalid ulimit type: foo", { $0.ulimits = [.init(name: "foo", soft: 1, hard: 1)] }),
    (
      "ulimit soft limit must be less than or equal to hard limit: 5 > 4",
      { $0.ulimits = [.init(name: "nofile", soft: 5, hard: 4)] }
    ),
    (
      "ulimit soft limit must be less than or equal to hard limit: -1 > 4",
      { $0.ulimits = [.init(name: "nofile", soft: -1, hard: 4)] }
    ),
    ("invalid --security-opt 2: \"foo=bar\"", { $0.securityOpt = ["foo=bar"] }),
    ("invalid --security-opt 1: \"foo\"", { $0.securityOpt = ["foo"] }),
    ("invalid --security-opt 2: \"no-new-privileges:maybe\"", { $0.securityOpt = ["no-new-privileges:maybe"] }),
    ("decoding seccomp profile failed", { $0.securityOpt = ["seccomp=/no/profile"] }),
    ("Minimum memory limit allowed is 6MB", { $0.memoryInBytes = 1 << 20 }),
    ("Minimum memory limit allowed is 6MB", { $0.memoryInBytes = -1 }),
    ("Minimum memory reservation allowed is 6MB", { $0.memoryReservationInBytes = 1 }),
    (
      "You should always set the Memory limit when using Memoryswap limit, see usage",
      { $0.memorySwapInBytes = 5 << 20 }
    ),
    (
      "Minimum memoryswap limit should be larger than memory limit, see usage",
      {
        $0.memoryInBytes = 10 << 20
        $0.memorySwapInBytes = 5 << 20
      }
    ),
    (
      "Minimum memory limit can not be less than memory reservation limit, see usage",
      {
        $0.memoryInBytes = 10 << 20
        $0.memoryReservationInBytes = 20 << 20
      }
    ),
    ("Range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available", { $0.nanoCpus = 100_000_000_000 }),
    ("Range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available", { $0.nanoCpus = 2_000_000_001 }),
    ("Range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available", { $0.nanoCpus = 1_000_000 }),
    (
      "Conflicting options: Nano CPUs and CPU Quota cannot both be set",
      {
        $0.nanoCpus = 1_000_000_000
        $0.cpuQuota = 5000
      }
    ),
    (
      "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)", { $0.cpuPeriod = 5 }
    ),
    ("CPU cfs quota can not be less than 1ms (i.e. 1000)", { $0.cpuQuota = 5 }),
    ("Requested CPUs are not available - requested 99, available: 0-1", { $0.cpusetCpus = "99" }),
    ("Requested CPUs are not available - requested 1-2, available: 0-1", { $0.cpusetCpus = "1-2" }),
    ("Invalid value x for cpuset cpus: invalid format: x", { $0.cpusetCpus = "x" }),
    ("Invalid value 0- for cpuset cpus: invalid format: 0-", { $0.cpusetCpus = "0-" }),
    ("Invalid value 1-0 for cpuset cpus: invalid format: 1-0", { $0.cpusetCpus = "1-0" }),
    ("Requested memory nodes are not available - requested 9, available: 0", { $0.cpusetMems = "9" }),
    ("Range of blkio weight is from 10 to 1000", { $0.blkioWeight = 5 }),
    ("sysctl 'foo=bar' is not allowed", { $0.sysctls = ["foo": "bar"] }),
    ("sysctl 'kernel.hostname=x' is not allowed", { $0.sysctls = ["kernel.hostname": "x"] }),
    (
      "sysctl \"kernel.msgmax\" is not allowed in the host's IPC namespace",
      {
        $0.sysctls = ["kernel.msgmax": "1"]
        $0.ipcMode = "host"
      }
    ),
    (
      "sysctl \"net.ipv4.ip_forward\" is not allowed in the host's network namespace",
      {
        $0.sysctls = ["net.ipv4.ip_forward": "1"]
        $0.networkMode = "host"
      }
    ),
    ("invalid tmpfs option [\"foo\" \"1\"]", { $0.tmpfs = [.init(target: "/a", options: "foo=1")] }),
    ("invalid tmpfs option [\"foo\"]", { $0.tmpfs = [.init(target: "/a", options: "foo")] }),
    ("invalid tmpfs option [\"b\"]", { $0.tmpfs = [.init(target: "/a", options: "a=1,b,size=1m")] }),
    ("invalid tmpfs option [\"\"]", { $0.tmpfs = [.init(target: "/a", options: "ro,,noexec")] }),
    ("invalid mount path: 'rel' mount path must be absolute", { $0.tmpfs = [.init(target: "rel")] }),
    ("invalid specification: destination can't be '/'", { $0.binds = [.init(source: "/", target: "/a/../..")] }),
    ("invalid specification: destination can't be '/'", { $0.binds = [.init(source: "/", target: "/")] }),
    ("invalid mode: foo", { $0.binds = [.init(source: "/tmp", target: "/x", options: ["foo"])] }),
    ("invalid mode: ro,rw", { $0.binds = [.init(source: "/tmp", target: "/x", options: ["ro", "rw"])] }),
    ("invalid mode: slave", { $0.binds = [.init(source: "/tmp", target: "/x", options: ["shared", "slave"])] }),
    (
      "error gathering device information while adding custom device \"/dev/none\": no such file or directory",
      { $0.devices = [.init(pathOnHost: "/dev/none")] }
    ),
    (
      "error gathering device information while adding custom device \"/etc/passwd\": not a device node",
      { $0.devices = [.init(pathOnHost: "/etc/passwd")] }
    ),
    (
      "bad mode specified: z",
      { $0.devices = [.init(pathOnHost: "/dev/null", pathInContainer: "/dev/x", permissions: "z")] }
    ),
    ("SHM size can not be less than 0", { $0.shmSizeInBytes = -1 }),
    ("Invalid value 2000, range for oom score adj is [-1000, 1000]", { $0.oomScoreAdj = 2000 }),
    ("Invalid PID mode: foo", { $0.pidMode = "foo" }),
    ("Invalid IPC mode: foo", { $0.ipcMode = "foo" }),
    ("Invalid UTS mode: foo", { $0.utsMode = "foo" }),
    ("Invalid USER mode: foo", { $0.usernsMode = "foo" }),
    ("Invalid CGROUP mode: foo", { $0.cgroupnsMode = "foo" }),
    ("Invalid network mode: foo", { $0.networkMode = "foo" }),
    ("the working directory 'rel' is invalid, it needs to be an absolute path", { $0.workingDirectory = "rel" }),
    ("No command specified", { $0.args = [] }),
    ("the kernel takes 64 bytes at most", { $0.hostname = String(repeating: "h", count: 65) }),
  ]

  @Test(arguments: cases.indices)
  func isOneSentence(_ index: Int) async throws {
    let (sentence, change) = Self.cases[index]
    let error = try #require(await LinuxRuntimeHarness().refusal(change), "\(sentence): taken")
    #expect(error.message.contains(sentence))
    #expect(!error.message.contains("\n"))
    #expect(error.code == .invalidArgument)
  }

  @Test func aCommandWithoutANameIsNotFound() async throws {
    let error = try #require(await LinuxRuntimeHarness().refusal { $0.args = [""] })
    #expect(error.code == .notFound)
    #expect(error.message == "exec: \"\": executable file not found in $PATH")
  }

  @Test func aCapabilityTheEngineLacksIsNamed() async throws {
    var harness = LinuxRuntimeHarness()
    harness.host.capabilities.removeAll { $0 == "CAP_SYS_RESOURCE" }
    let error = try #require(await harness.refusal { $0.capAdd = ["sys_resource"] })
    #expect(error.code == .failedPrecondition)
    #expect(error.message.contains("CAP_SYS_RESOURCE"))
  }

  @Test func aRequestWithoutSettingsIsRefused() async {
    await #expect(throws: GantryError.self) { try await LinuxRuntimeHarness().response(nil) }
  }
}
