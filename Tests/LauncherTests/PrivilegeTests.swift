import Errors
import Glibc
import Launcher
import Linux
import RuntimeSpec
import Testing

extension ContainerTests {
  @Suite struct PrivilegeTests {
    static let status = ["grep", "-E", "^(Cap|NoNewPrivs|Seccomp:)", "/proc/self/status"]

    private func values(_ outcome: ContainerFixture.Outcome) -> [String: String] {
      var values: [String: String] = [:]
      for line in outcome.lines {
        let pair = line.split(separator: ":")
        if pair.count == 2 { values[String(pair[0])] = pair[1].filter { !$0.isWhitespace } }
      }
      return values
    }

    @Test func dockersFourteenCapabilitiesAreAllThereIs() throws {
      let values = values(try ContainerFixture(Self.status).run())
      #expect(values["CapPrm"] == "00000000a80425fb")
      #expect(values["CapEff"] == "00000000a80425fb")
      #expect(values["CapBnd"] == "00000000a80425fb")
      #expect(values["CapInh"] == "0000000000000000")
      #expect(values["CapAmb"] == "0000000000000000")
    }

    @Test func anotherUserHasNoneUnlessTheyAreAmbient() throws {
      let fixture = try ContainerFixture(Self.status)
      fixture.specification.process?.user = UserSpec(uid: 1000, gid: 1000)
      #expect(values(try fixture.run())["CapEff"] == "0000000000000000")
      let names = ["CAP_NET_BIND_SERVICE", "CAP_KILL"]
      fixture.specification.process?.capabilities = CapabilitySets(
        bounding: names, effective: names, inheritable: names, permitted: names, ambient: names)
      let values = values(try fixture.run())
      #expect(values["CapEff"] == "0000000000000420")
      #expect(values["CapAmb"] == "0000000000000420")
    }

    @Test func noNewPrivilegesIsSet() throws {
      let fixture = try ContainerFixture(Self.status)
      fixture.specification.process?.noNewPrivileges = true
      #expect(values(try fixture.run())["NoNewPrivs"] == "1")
    }

    @Test(arguments: [false, true])
    func seccompDeniesWithItsErrno(noNewPrivileges: Bool) throws {
      let fixture = try ContainerFixture([
        "sh", "-c", "unshare -U true; mkdir /tmp/x; echo $?; \(Self.status.map { "'\($0)'" }.joined(separator: " "))",
      ])
      fixture.specification.process?.noNewPrivileges = noNewPrivileges
      fixture.specification.linux?.seccomp = SeccompSpec(
        defaultAction: "SCMP_ACT_ALLOW", architectures: ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"],
        syscalls: [
          SeccompRule(names: ["unshare", "nosuchcall"], action: "SCMP_ACT_ERRNO"),
          SeccompRule(names: ["mkdir", "mkdirat"], action: "SCMP_ACT_ERRNO", errnoRet: 28),
        ])
      let outcome = try fixture.run()
      #expect(outcome.error.contains("Operation not permitted"))
      #expect(outcome.error.contains("No space left on device"))
      #expect(values(outcome)["Seccomp"] == "2")
    }

    @Test func seccompComparesArguments() throws {
      let fixture = try ContainerFixture(["sh", "-c", "kill -0 1 && echo zero; kill -18 1 || echo denied"])
      fixture.specification.linux?.seccomp = SeccompSpec(
        defaultAction: "SCMP_ACT_ALLOW",
        syscalls: [
          SeccompRule(
            names: ["kill"], action: "SCMP_ACT_ERRNO",
            args: [SeccompArgument(index: 1, value: 18, op: "SCMP_CMP_EQ")])
        ])
      #expect(try fixture.run().output == "zero\ndenied\n")
    }

    @Test func compiledFiltersAreKeptAndUsedAgain() throws {
      let fixture = try ContainerFixture(["unshare", "-U", "true"])
      fixture.specification.linux?.seccomp = SeccompSpec(
        defaultAction: "SCMP_ACT_ALLOW", syscalls: [SeccompRule(names: ["unshare"], action: "SCMP_ACT_ERRNO")])
      for _ in 0..<2 {
        let pipes = try Pipes("")
        var request = fixture.request(pipes.streams)
        request.seccompCache = "\(fixture.directory)/cache"
        let process = try Launcher.create(request)
        try process.start()
        #expect(try pipes.outcome(of: process).error.contains("Operation not permitted"))
      }
    }

    @Test func limitsAndUmaskAreSet() throws {
      let fixture = try ContainerFixture(["sh", "-c", "ulimit -n; ulimit -Hn; ulimit -c; umask"])
      fixture.specification.process?.rlimits = [
        ResourceLimit(type: "RLIMIT_NOFILE", soft: 100, hard: 200),
        ResourceLimit(type: "RLIMIT_CORE", soft: 0, hard: 0),
      ]
      fixture.specification.process?.user.umask = 0o77
      #expect(try fixture.run().output == "100\n200\n0\n0077\n")
    }

    @Test(arguments: [
      (ResourceLimit(type: "RLIMIT_NOSUCH", soft: 1, hard: 1), "RLIMIT_NOSUCH"),
      (ResourceLimit(type: "RLIMIT_NOFILE", soft: 2, hard: 1), "ulimit nofile"),
      (ResourceLimit(type: "RLIMIT_NOFILE", soft: 1, hard: 1 << 40), "ulimit nofile"),
    ])
    func aLimitTheHostRefusesIsNamed(limit: ResourceLimit, word: String) throws {
      let fixture = try ContainerFixture(["true"])
      fixture.specification.process?.rlimits = [limit]
      let error = #expect(throws: GantryError.self) { try fixture.run() }
      #expect(error?.message.contains(word) == true)
      #expect(error?.code == .invalidArgument || error?.code == .failedPrecondition)
    }

    @Test func outOfMemoryScoreIsSet() throws {
      let fixture = try ContainerFixture(["cat", "/proc/self/oom_score_adj"])
      fixture.specification.process?.oomScoreAdj = 500
      #expect(try fixture.run().output == "500\n")
    }

    @Test func aUserNamespaceMapsItsRoot() throws {
      let fixture = try ContainerFixture(["sh", "-c", "cat /proc/self/uid_map; id -u; sleep 60"])
      fixture.specification.linux?.namespaces.append(NamespaceSpec(type: .user))
      fixture.specification.linux?.uidMappings = [IDMapping(containerID: 0, hostID: 100_000, size: 65_536)]
      fixture.specification.linux?.gidMappings = [IDMapping(containerID: 0, hostID: 200_000, size: 65_536)]
      // A root file system for a user namespace belongs to its root, as a snapshotter would have prepared it.
      for path in ["", "/bin", "/etc", "/tmp"] { chown("\(fixture.directory)/rootfs\(path)", 100_000, 200_000) }
      let (process, _) = try fixture.start()
      defer { process.abandon() }
      var status = stat()
      #expect(stat("/proc/\(process.pid)", &status) == 0)
      #expect(status.st_uid == 100_000)
      #expect(status.st_gid == 200_000)
      let joined = try fixture.exec(["sh", "-c", "id -u; cat /proc/self/gid_map; ls /dev/null"], in: process)
      #expect(joined.lines.first == "0")
      #expect(joined.output.contains("200000"))
      #expect(joined.code == 0)
    }

    @Test func aUserNamespaceWithTheHostsNetworkStarts() throws {
      let fixture = try ContainerFixture(["sh", "-c", "ls -A /sys; readlink /proc/self/ns/net; touch /sys/x"])
      fixture.specification.linux?.namespaces.append(NamespaceSpec(type: .user))
      fixture.specification.linux?.uidMappings = [IDMapping(containerID: 0, hostID: 100_000, size: 65_536)]
      fixture.specification.linux?.gidMappings = [IDMapping(containerID: 0, hostID: 200_000, size: 65_536)]
      for path in ["", "/bin", "/etc", "/tmp"] { chown("\(fixture.directory)/rootfs\(path)", 100_000, 200_000) }
      let pipes = try Pipes("")
      var request = fixture.request(pipes.streams)
      request.networkNamespace = try .open("/proc/self/ns/net", O_RDONLY)
      let process = try Launcher.create(request)
      try process.start()
      let outcome = try pipes.outcome(of: process)
      #expect(outcome.lines == ["fs", Substring(try ContainerFixture.link("/proc/self/ns/net"))])
      #expect(outcome.error.contains("Read-only file system"))
    }
  }
}
