import Errors
import Glibc
import JSON
import Launcher
import Linux
import OCIRuntime
import RuntimeSpec
import Testing

extension ContainerTests {
  @Suite(.enabled(if: RuntimeProgram.path != nil, "needs the gantry-runtime product"))
  struct OCIRuntimeTests {
    private func bundle(_ command: [String]) throws -> (ContainerFixture, RuntimeProgram) {
      let fixture = try ContainerFixture(command)
      fixture.specification.linux?.cgroupsPath = "/\(fixture.id)"
      try fixture.write(fixture.specification.serialized(), "/config.json")
      return (fixture, RuntimeProgram(root: "\(fixture.directory)/state"))
    }

    private func status(_ runtime: RuntimeProgram, _ fixture: ContainerFixture) throws -> String? {
      try JSONValue(parsing: runtime("state", fixture.id).output)["status"]?.string
    }

    @Test func aContainerGoesThroughItsLife() throws {
      let (fixture, runtime) = try bundle(["sleep", "60"])
      let pidFile = "\(fixture.directory)/pid"
      let created = try runtime("create", "--bundle", fixture.directory, "--pid-file", pidFile, fixture.id)
      defer { _ = try? runtime("delete", "--force", fixture.id) }
      #expect(created.code == 0, "\(created.error)")
      #expect(try status(runtime, fixture) == "created")
      let state = try JSONValue(parsing: runtime("state", fixture.id).output)
      #expect(state["pid"]?.integer.map(String.init) == (try fixture.read("/pid")))
      #expect(state["bundle"]?.string == fixture.directory)
      #expect(try runtime("start", fixture.id).code == 0)
      #expect(try status(runtime, fixture) == "running")
      #expect(try runtime("start", fixture.id).code == 1)
      #expect(try runtime("exec", fixture.id, "sh", "-c", "hostname; exit 5").output == "box\n")
      #expect(try runtime("exec", fixture.id, "sh", "-c", "exit 5").code == 5)
      #expect(try runtime("exec", fixture.id, "nosuch").code == 127)
      #expect(try runtime("ps", fixture.id).output == state["pid"]?.integer.map { "\($0)\n" })
      #expect(try runtime("pause", fixture.id).code == 0)
      #expect(try status(runtime, fixture) == "paused")
      #expect(try runtime("resume", fixture.id).code == 0)
      #expect(try runtime("update", "--pids-limit", "77", fixture.id).code == 0)
      #expect(try runtime("delete", fixture.id).error.contains("stop it first"))
      #expect(try runtime("list", "-q").output == "\(fixture.id)\n")
      #expect(try runtime("kill", fixture.id, "KILL").code == 0)
      #expect(try runtime("delete", "--force", fixture.id).code == 0)
      #expect(try runtime("state", fixture.id).error.contains("does not exist"))
      #expect(access("/sys/fs/cgroup/pids/\(fixture.id)", F_OK) != 0)
    }

    @Test func runWaitsAndGivesTheExitCode() throws {
      let (fixture, runtime) = try bundle(["sh", "-c", "echo out; exit 9"])
      let outcome = try runtime("run", "-b", fixture.directory, fixture.id)
      #expect(outcome.output == "out\n")
      #expect(outcome.code == 9)
      #expect(try runtime("list", "-q").output.isEmpty)
    }

    @Test func aMissingCommandIsToldAtCreationAndLeavesNothing() throws {
      let (fixture, runtime) = try bundle(["nosuch"])
      let log = "\(fixture.directory)/log.json"
      let outcome = try runtime("--log", log, "--log-format", "json", "create", "-b", fixture.directory, fixture.id)
      #expect(outcome.code == 127)
      let message = try JSONValue(parsing: fixture.read("/log.json"))["msg"]?.string
      #expect(message == "exec: \"nosuch\": executable file not found in $PATH")
      #expect(try runtime("list", "-q").output.isEmpty)
      #expect(access("/sys/fs/cgroup/pids/\(fixture.id)", F_OK) != 0)
    }

    @Test func startTellsOfAFileThatCannotBeExecuted() throws {
      let (fixture, runtime) = try bundle(["rubbish"])
      try fixture.write(Array("rubbish".utf8), "/rootfs/bin/rubbish", mode: 0o755)
      #expect(try runtime("create", "-b", fixture.directory, fixture.id).code == 0)
      let outcome = try runtime("start", fixture.id)
      #expect(outcome.error.contains("exec format error"))
      #expect(outcome.code == 126)
      #expect(try runtime("delete", "--force", fixture.id).code == 0)
    }

    @Test(arguments: [
      (["frobnicate"], "frobnicate"), (["create", "--nosuch", "x"], "--nosuch"), (["create"], "container id"),
      (["state", "../x"], "../x"), (["state", "gone"], "gone"),
      (["create", "-b", "/no/such/bundle", "x"], "/no/such/bundle"),
      (["--systemd-cgroup", "state", "x"], "--systemd-cgroup"), (["kill", "gone", "NOSIG"], "gone"),
    ])
    func wrongWordsGetOneSentence(words: [String], part: String) throws {
      let runtime = RuntimeProgram(root: "/tmp/gantry-test-\(getpid())-none")
      let outcome = try runtime(words)
      #expect(outcome.code == 1)
      #expect(outcome.error.contains(part), "\(outcome.error)")
      #expect(outcome.error.split(separator: "\n").count == 1)
    }
  }
}
