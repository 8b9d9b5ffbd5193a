import Errors
import Glibc
import Launcher
import Linux
import RuntimeSpec
import Testing

extension ContainerTests {
  @Suite struct IsolationTests {
    @Test func mountinfoShowsNothingOfTheHost() throws {
      let fixture = try ContainerFixture(["cat", "/proc/self/mountinfo"])
      fixture.rootfs = try fixture.overlay(layers: 2)
      let outcome = try fixture.run()
      #expect(!outcome.output.contains(fixture.directory), "\(outcome.output)")
      let points = outcome.lines.map { $0.split(separator: " ")[4] }
      let own: Set<Substring> = ["/", "/proc", "/dev", "/sys"]
      for point in points {
        #expect(
          own.contains { point == $0 || ($0 != "/" && point.hasPrefix("\($0)/")) }, "\(point) is not the container's")
      }
      #expect(points.filter { $0 == "/" }.count == 1)
    }

    @Test func theHostsRootIsOutOfReach() throws {
      let outcome = try ContainerFixture([
        "sh", "-c", "ls /; cd ../../..; pwd; ls -d /tmp/gantry* 2>/dev/null; ls /home",
      ])
      .run()
      #expect(outcome.lines.first == "bin")
      #expect(!outcome.output.contains("gantry-test"))
    }

    @Test func onlyStandardStreamsAreOpen() throws {
      let held = try FileDescriptor.open("/etc/passwd", O_RDONLY)
      let leaky = Glibc.fcntl(held.number, F_DUPFD, 50)
      defer { close(leaky) }
      let outcome = try ContainerFixture(["sh", "-c", "ls /proc/$$/fd; true"]).run()
      #expect(outcome.lines == ["0", "1", "2"])
    }

    @Test func inheritedDescriptorsComeInOrder() throws {
      let fixture = try ContainerFixture(["sh", "-c", "cat <&3; cat <&4"])
      var ends: [FileDescriptor] = []
      for text in ["three ", "four"] {
        let (reader, writer) = try FileDescriptor.pipe()
        try writer.writeAll(Array(text.utf8))
        ends.append(reader)
      }
      let pipes = try Pipes("")
      var request = fixture.request(pipes.streams)
      request.inherited = ends
      let process = try Launcher.create(request)
      try process.start()
      #expect(try pipes.outcome(of: process).output == "three four")
    }

    @Test func maskedPathsAreEmptyAndReadOnlyOnesStaySo() throws {
      let outcome = try ContainerFixture([
        "sh", "-c", "cat /proc/keys; ls -A /sys/firmware; echo 1 > /proc/sys/kernel/pid_max; echo end",
      ]).run()
      #expect(outcome.output == "end\n")
      #expect(outcome.error.contains("Read-only file system"))
    }

    /// What lies there would say what the kernel is told, by the launcher too (CVE-2019-16884).
    @Test(
      arguments: [
        ("/proc", "bind", "is not of type proc"), ("//./proc/.", "tmpfs", "is not of type proc"),
        ("/proc/sys/kernel", "tmpfs", "is inside /proc"), ("/link", "tmpfs", "is inside /proc"),
        ("/proc/self/attr", "bind", "is inside /proc"), ("/proc/uptime", "bind", nil), ("/proc", "proc", nil),
      ] as [(String, String, String?)])
    func nothingElseIsMountedOverTheKernelsOwn(_ target: String, _ type: String, _ words: String?) throws {
      let fixture = try ContainerFixture(["cat", "/proc/uptime"])
      symlink("/proc", "\(fixture.directory)/rootfs/link")
      try fixture.write("faked\n", "/uptime")
      let source = target == "/proc/uptime" ? "\(fixture.directory)/uptime" : fixture.directory
      fixture.specification.mounts.append(
        MountSpec(
          destination: target, type: type, source: type == "bind" ? source : type,
          options: type == "bind" ? ["bind"] : []))
      guard let words else {
        #expect(try (fixture.run().output == "faked\n") == (target == "/proc/uptime"))
        return
      }
      let error = #expect(throws: GantryError.self) { try fixture.run() }
      #expect(error?.message.contains(words) == true, "\(String(describing: error))")
    }

    @Test func aReadOnlyRootRefusesWritesAndItsMountsDoNot() throws {
      let fixture = try ContainerFixture(["sh", "-c", "touch /x; echo $?; touch /data/y && echo written"])
      fixture.specification.root?.readonly = true
      fixture.specification.mounts.append(
        MountSpec(destination: "/data", type: "tmpfs", source: "tmpfs", options: ["nosuid", "size=1m"]))
      let outcome = try fixture.run()
      #expect(outcome.output == "1\nwritten\n")
    }

    @Test func devicesAreTheDefaultOnesWithTheirLinks() throws {
      let outcome = try ContainerFixture([
        "sh", "-c",
        "ls /dev; for l in fd ptmx stderr; do readlink /dev/$l; done; echo x > /dev/full; stat -c %t:%T /dev/null",
      ]).run()
      // Some kernels show their memory as a core file; the link to it is the default there.
      let core = access("/proc/kcore", F_OK) == 0 ? ["core"] : []
      let expected =
        core + ["fd", "full", "mqueue", "null", "ptmx", "pts", "random", "shm", "stderr"]
        + ["stdin", "stdout", "tty", "urandom", "zero"]
      #expect(outcome.lines.dropLast(4).map(String.init) == expected)
      #expect(outcome.lines.suffix(4) == ["/proc/self/fd", "pts/ptmx", "/proc/self/fd/2", "1:3"])
      #expect(outcome.error.contains("No space left on device"))
    }

    @Test func devicesOfTheSpecificationAreMade() throws {
      let fixture = try ContainerFixture(["stat", "-c", "%t:%T %a %u:%g", "/dev/sub/fuse"])
      fixture.specification.linux?.devices = [
        DeviceSpec(path: "/dev/sub/fuse", type: "c", major: 10, minor: 229, fileMode: 0o640, uid: 3, gid: 4)
      ]
      #expect(try fixture.run().output == "a:e5 640 3:4\n")
    }

    @Test func sysctlsAreSetInTheContainer() throws {
      let fixture = try ContainerFixture(["cat", "/proc/sys/net/ipv4/ip_forward", "/proc/sys/kernel/msgmax"])
      fixture.specification.linux?.sysctl = ["net.ipv4.ip_forward": "1", "kernel.msgmax": "12345"]
      #expect(try fixture.run().output == "1\n12345\n")
    }

    @Test func anUnknownSysctlIsNamed() throws {
      let fixture = try ContainerFixture(["true"])
      fixture.specification.linux?.sysctl = ["net.ipv4.nosuch": "1"]
      let error = #expect(throws: GantryError.self) { try fixture.run() }
      #expect(error?.message.contains("net.ipv4.nosuch") == true)
      #expect(error?.code == .invalidArgument)
    }
  }
}
