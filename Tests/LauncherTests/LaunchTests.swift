import Errors
import Glibc
import Launcher
import Linux
import RuntimeSpec
import Testing

extension ContainerTests {
  @Suite struct LaunchTests {
    @Test func aCommandRunsAndItsExitCodeComesBack() throws {
      let outcome = try ContainerFixture(["sh", "-c", "cat; echo $0 oops >&2; exit 7", "zero"]).run(input: "hello\n")
      #expect(outcome.output == "hello\n")
      #expect(outcome.error == "zero oops\n")
      #expect(outcome.code == 7)
    }

    @Test func createDoesNotExecuteBeforeStart() throws {
      let fixture = try ContainerFixture(["touch", "/tmp/ran"])
      let process = try Launcher.create(fixture.request(Pipes("").streams))
      #expect(access("\(fixture.directory)/rootfs/tmp/ran", F_OK) != 0)
      #expect(kill(process.pid, 0) == 0)
      try process.start()
      #expect(Pipes.wait(process) == 0)
      #expect(access("\(fixture.directory)/rootfs/tmp/ran", F_OK) == 0)
    }

    @Test func aProcessStartsOnce() throws {
      let fixture = try ContainerFixture(["true"])
      let process = try Launcher.create(fixture.request(Pipes("").streams))
      try process.start()
      #expect(throws: GantryError.self) { try process.start() }
      _ = Pipes.wait(process)
    }

    @Test func anAbandonedContainerLeavesNoProcess() throws {
      let fixture = try ContainerFixture(["sleep", "60"])
      let process = try Launcher.create(fixture.request(Pipes("").streams))
      process.abandon()
      #expect(kill(process.pid, 0) != 0)
    }

    @Test func namespacesAreItsOwn() throws {
      let outcome = try ContainerFixture([
        "sh", "-c", "for n in mnt pid net ipc uts cgroup user; do readlink /proc/self/ns/$n; done; hostname; echo $$",
      ]).run()
      let lines = outcome.lines
      try #require(lines.count == 9, "\(outcome)")
      for (index, name) in ["mnt", "pid", "net", "ipc", "uts", "cgroup", "user"].enumerated() {
        let own = try ContainerFixture.link("/proc/self/ns/\(name)")
        #expect((String(lines[index]) == own) == (name == "user"))
      }
      #expect(lines[7] == "box")
      #expect(lines[8] == "1")
    }
  }
}
