import Errors
import Glibc
import Launcher
import Linux
import RuntimeSpec
import Testing

extension ContainerTests {
  @Suite struct ExecTests {
    @Test func aFurtherProcessIsInTheContainersWorld() throws {
      let fixture = try ContainerFixture(["sleep", "60"])
      let cgroup = try fixture.makeCgroup()
      let (process, _) = try fixture.start()
      defer { process.abandon() }
      let outcome = try fixture.exec(
        [
          "sh", "-c",
          "hostname; ps -o pid,args | grep -c 'sleep 60'; ls /proc/$$/fd; for n in mnt pid net ipc uts cgroup; do readlink /proc/self/ns/$n; done; cat /proc/self/cgroup",
        ],
        in: process)
      #expect(outcome.lines.first == "box")
      #expect(outcome.lines.dropFirst(2).prefix(3) == ["0", "1", "2"])
      for name in ["mnt", "pid", "net", "ipc", "uts", "cgroup"] {
        #expect(outcome.output.contains(try ContainerFixture.link("/proc/\(process.pid)/ns/\(name)")))
      }
      #expect(!outcome.output.contains("gantry-test"))
      #expect(try cgroup.processes() == [process.pid])
    }

    @Test func userGroupsAndEnvironmentAreItsOwn() throws {
      let fixture = try ContainerFixture(["sleep", "60"])
      let (process, _) = try fixture.start()
      defer { process.abandon() }
      let outcome = try fixture.exec(["sh", "-c", "id -un; id -G; echo $HOME $X; pwd"], in: process) { request in
        request.user = "alice"
        request.groups = ["video"]
        request.process.env.append("X=y")
        request.process.cwd = "/tmp"
      }
      #expect(outcome.lines.first == "alice")
      #expect(Set(outcome.lines[1].split(separator: " ")) == ["1001", "29", "44"])
      #expect(outcome.lines[2] == "/home/alice y")
      #expect(outcome.lines[3] == "/tmp")
    }

    @Test func thisProcessStaysInItsOwnNamespaces() throws {
      let names = ["pid_for_children", "net", "mnt", "uts"]
      let before = try names.map { try ContainerFixture.link("/proc/thread-self/ns/\($0)") }
      let fixture = try ContainerFixture(["sleep", "60"])
      let (process, _) = try fixture.start()
      defer { process.abandon() }
      _ = try fixture.exec(["true"], in: process)
      #expect(try names.map { try ContainerFixture.link("/proc/thread-self/ns/\($0)") } == before)
    }

    @Test func aContainerThatHasEndedIsNamed() throws {
      let fixture = try ContainerFixture(["true"])
      let (process, pipes) = try fixture.start()
      _ = try pipes.outcome(of: process)
      let error = #expect(throws: GantryError.self) { try fixture.exec(["true"], in: process) }
      #expect(error?.code == .failedPrecondition)
    }
  }
}
