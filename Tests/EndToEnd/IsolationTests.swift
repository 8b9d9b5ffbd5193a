import Foundation
import Testing

/// Looks from inside a container for anything of the host.
@Suite(.serialized, .enabled(if: Privilege.isGiven, "GANTRY_OUT names no built tree"))
struct IsolationTests {
  @Test func nothingOfTheHostIsSeenInside() throws {
    try TestEngine.use { (engine) throws in
      let result = try engine.expect(
        "run", "--rm", "--network", "none", "busybox", "sh", "-c",
        """
        echo pid $$; ps -o pid | wc -l; cat /proc/self/mountinfo; echo ---; ls -l /proc/self/fd; echo ---; hostname; env
        """)
      #expect(result.lines.first == "pid 1")
      // The three files that Docker binds into every container show where they come from; nothing else does.
      let bound = ["/etc/resolv.conf", "/etc/hostname", "/etc/hosts"]
      #expect(!result.lines.contains { line in line.contains(engine.scratch) && !bound.contains { line.contains($0) } })
      #expect(!result.output.contains("GANTRY"))
      #expect(!result.output.contains(ProcessInfo.processInfo.hostName + "\n"))
    }
  }

  @Test func theFourteenCapabilitiesOfDockerAreLeft() throws {
    try TestEngine.use { (engine) throws in
      func capabilities(_ flags: [String]) throws -> String {
        let result = try Command.run(
          [engine.program, "run", "--rm", "--network", "none"] + flags
            + ["busybox", "sh", "-c", "awk '/^Cap(Prm|Eff|Bnd)/ {print $2}' /proc/self/status | sort -u"],
          environment: engine.environment)
        return result.line
      }
      #expect(try capabilities([]) == "00000000a80425fb")
      #expect(try capabilities(["--cap-drop", "ALL"]) == "0000000000000000")
      #expect(try capabilities(["--cap-drop", "ALL", "--cap-add", "NET_ADMIN"]) == "0000000000001000")
      #expect(try capabilities(["--cap-drop", "mknod"]) == "00000000a00425fb")
    }
  }

  @Test(arguments: [
    ("unshare -U true", "Operation not permitted"),
    ("mount -t tmpfs t /mnt", "ermission denied|not permitted|No such file"),
    ("echo 1 > /proc/sysrq-trigger", "Read-only file system|nonexistent"),
    ("echo 1 > /proc/sys/kernel/panic", "Read-only file system"),
    ("mkdir /sys/fs/cgroup/x", "Read-only file system|No such file|not permitted"),
    ("dd if=/dev/mem count=1", "No such file"),
  ])
  func whatTheHostForbidsFails(_ script: String, _ reason: String) throws {
    try TestEngine.use { (engine) throws in
      let result = try engine.gantry("run", "--rm", "--network", "none", "busybox", "sh", "-c", script)
      #expect(result.status != 0)
      #expect(result.error.range(of: reason, options: .regularExpression) != nil, "\(result)")
    }
  }

  @Test func maskedPathsAreEmpty() throws {
    try TestEngine.use { (engine) throws in
      let result = try engine.expect(
        "run", "--rm", "--network", "none", "busybox", "sh", "-c",
        "wc -c < /proc/keys; wc -c < /proc/timer_list; ls /proc/acpi 2>/dev/null | wc -l; ls /sys/firmware | wc -l")
      #expect(result.lines == ["0", "0", "0", "0"])
    }
  }

  @Test func thefilterOfSystemCallsIsOnUnlessTakenOff() throws {
    try TestEngine.use { (engine) throws in
      let line = "awk '/^Seccomp:/ {print $2} /^NoNewPrivs:/ {print $2}' /proc/self/status"
      let run = ["run", "--rm", "--network", "none"]
      func status(_ flags: [String]) throws -> [String] {
        try Command.run(
          [engine.program] + run + flags + ["busybox", "sh", "-c", line], environment: engine.environment
        ).lines
      }
      #expect(try status([]) == ["0", "2"])
      #expect(try status(["--security-opt", "seccomp=unconfined"]) == ["0", "0"])
      #expect(try status(["--security-opt", "no-new-privileges"]) == ["1", "2"])
      #expect(try status(["--privileged"]) == ["0", "0"])
    }
  }

  @Test func namespacesAreItsOwn() throws {
    try TestEngine.use { (engine) throws in
      let names = ["pid", "mnt", "uts", "ipc", "net"]
      let script = names.map { "readlink /proc/self/ns/\($0)" }.joined(separator: "; ")
      let inside = try engine.expect("run", "--rm", "--network", "none", "busybox", "sh", "-c", script).lines
      for (name, link) in zip(names, inside) {
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/\(name)") != link)
      }
      let host = try engine.expect("run", "--rm", "--network", "host", "busybox", "readlink", "/proc/self/ns/net").line
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/net") == host)
    }
  }
}
