import Errors
import Glibc
import JSON
import Launcher
import RuntimeSpec
import Testing

extension ContainerTests {
  @Suite struct HookTests {
    private func hook(_ script: String, timeout: Int64? = nil) -> Hook {
      Hook(path: "/bin/busybox", args: ["sh", "-c", script], env: ["PATH=/bin"], timeout: timeout)
    }

    @Test func hooksRunInTheirPlacesWithTheState() throws {
      let fixture = try ContainerFixture(["cat", "/tmp/start"])
      let out = fixture.directory
      fixture.specification.hooks = Hooks(
        prestart: [hook("cat > \(out)/prestart; readlink /proc/self/ns/mnt > \(out)/ns")],
        createRuntime: [hook("cat > \(out)/createRuntime")],
        createContainer: [hook("cat > \(out)/createContainer; readlink /proc/self/ns/mnt >> \(out)/ns")],
        startContainer: [hook("cat > /tmp/start")])
      let pipes = try Pipes("")
      let process = try Launcher.create(fixture.request(pipes.streams))
      try process.start()
      let outcome = try pipes.outcome(of: process)
      for name in ["prestart", "createRuntime", "createContainer"] {
        let state = try JSONValue(parsing: fixture.read("/\(name)"))
        #expect(state["id"]?.string == fixture.id)
        #expect(state["pid"]?.integer == Int64(process.pid))
        #expect(state["status"]?.string == "creating")
        #expect(state["bundle"]?.string == fixture.directory)
      }
      #expect(try JSONValue(parsing: outcome.output)["id"]?.string == fixture.id)
      let namespaces = try fixture.read("/ns").split(separator: "\n")
      #expect(namespaces.count == 2)
      #expect(namespaces.first != namespaces.last)
    }

    @Test func aFailingHookStopsTheLaunchAndIsNamed() throws {
      let fixture = try ContainerFixture(["true"])
      fixture.specification.hooks = Hooks(createRuntime: [hook("echo sorry >&2; exit 3")])
      let error = #expect(throws: GantryError.self) { try fixture.run() }
      #expect(error?.message.contains("exit code 3") == true)
      #expect(error?.message.contains("sorry") == true)
      #expect(error?.code == .failedPrecondition)
    }

    @Test func aHookThatHangsIsEnded() throws {
      let fixture = try ContainerFixture(["true"])
      fixture.specification.hooks = Hooks(createContainer: [hook("sleep 100", timeout: 1)])
      let error = #expect(throws: GantryError.self) { try fixture.run() }
      #expect(error?.message.contains("did not end within 1000 ms") == true)
    }

    @Test func hooksOfTheHostRunOneAfterTheOther() throws {
      let fixture = try ContainerFixture(["true"])
      let state = ContainerState(id: "x", status: "stopped", bundle: "/b")
      try Launcher.run(
        [hook("cat > \(fixture.directory)/a"), hook("cat \(fixture.directory)/a > \(fixture.directory)/b")],
        state: state)
      #expect(try JSONValue(parsing: fixture.read("/b"))["status"]?.string == "stopped")
      #expect(throws: GantryError.self) { try Launcher.run([Hook(path: "/no/such")], state: state) }
    }
  }
}
