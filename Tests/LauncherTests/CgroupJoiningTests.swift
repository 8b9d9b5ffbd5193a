import Cgroups
import Errors
import Glibc
import Launcher
import Linux
import RuntimeSpec
import Testing

extension ContainerTests {
  /// The first process builds its root while the caller finishes its cgroup.
  @Suite struct CgroupJoiningTests {
    private let resources = Resources(pids: PidsResources(limit: 7))

    private func groups(of pid: Int32) throws -> [Substring] {
      let text = String(decoding: try FileDescriptor.open("/proc/\(pid)/cgroup", O_RDONLY).readAll(), as: UTF8.self)
      return text.split(separator: "\n").map { $0.drop { $0 != "/" } }
    }

    @Test func theProcessIsInAllOfItBeforeItsCommandRuns() throws {
      let fixture = try ContainerFixture(["sleep", "60"])
      var creation = try fixture.beginCgroup()
      let layout = creation.cgroup.layout
      if layout.kind != .v2 { #expect(creation.cgroup.directory(of: "pids")?.exists == false) }
      let process = try Launcher.create(fixture.request(Pipes("").streams)) { () throws(GantryError) in
        usleep(50_000)
        try creation.finish(resources)
      }
      #expect(try creation.cgroup.processes() == [process.pid])
      #expect(try groups(of: process.pid).filter { $0 == "/\(fixture.id)" }.count >= layout.hierarchies.count - 1)
      #expect(creation.cgroup.directory(of: "pids")?.number("pids.max") == 7)
      process.abandon()
    }

    @Test func hooksFindItThere() throws {
      let fixture = try ContainerFixture(["true"])
      var creation = try fixture.beginCgroup()
      fixture.specification.hooks = Hooks(createRuntime: [
        Hook(
          path: "/bin/busybox",
          args: ["sh", "-c", "cp /proc/$(sed 's/.*\"pid\":\\([0-9]*\\).*/\\1/')/cgroup \(fixture.directory)/groups"],
          env: ["PATH=/bin"])
      ])
      let process = try Launcher.create(fixture.request(Pipes("").streams)) { () throws(GantryError) in
        try creation.finish(resources)
      }
      #expect(try fixture.read("/groups").contains(":/\(fixture.id)\n"))
      process.abandon()
    }

    @Test func whatFailsMeanwhileIsToldAndLeavesNoProcess() throws {
      let fixture = try ContainerFixture(["true"])
      let error = #expect(throws: GantryError.self) {
        try Launcher.create(fixture.request(Pipes("").streams)) { () throws(GantryError) in
          throw GantryError(.resourceExhausted, "no cgroup is left")
        }
      }
      #expect(error?.message == "no cgroup is left")
      #expect(waitpid(-1, nil, WNOHANG) == -1)
    }

    @Test func aRootThatFailsEarlierIsToldAllTheSame() throws {
      let fixture = try ContainerFixture(["true"])
      fixture.specification.mounts.insert(
        MountSpec(destination: "/bin/busybox/below", type: "tmpfs", source: "tmpfs"), at: 0)
      var creation = try fixture.beginCgroup()
      let error = #expect(throws: GantryError.self) {
        try Launcher.create(fixture.request(Pipes("").streams)) { () throws(GantryError) in
          usleep(100_000)
          try creation.finish(resources)
        }
      }
      #expect(error?.message.contains("/bin/busybox/below") == true)
    }

    @Test func oneThatIsInUseIsRefused() throws {
      let fixture = try ContainerFixture(["sleep", "60"])
      _ = try fixture.makeCgroup()
      let process = try Launcher.create(fixture.request(Pipes("").streams))
      let error = #expect(throws: GantryError.self) {
        var creation = try CgroupCreation(path: "/\(fixture.id)", layout: .detect())
        try creation.finish(resources)
      }
      #expect(error?.code == .alreadyExists)
      #expect(try fixture.cgroup?.processes() == [process.pid])
      process.abandon()
    }
  }
}
