import Core
import Errors
import Glibc
import PluginKit
import Testing

@Suite struct PluginRestartTests {
  let fixture: PluginFixture

  init() throws { fixture = try PluginFixture() }

  private func pid(_ host: PluginHost) async throws -> Int32 {
    _ = try await host.snapshotter("python").list()
    let pid = try #require(host.status(.snapshotter, "python")?.pid)
    try #require(pid > 0)
    return pid
  }

  @Test func aKilledPluginIsBackForTheNextCall() async throws {
    try fixture.installPython()
    let host = fixture.host()
    host.start()
    let first = try await pid(host)
    _ = try await host.snapshotter("python").prepare("a", parent: "")
    kill(first, SIGKILL)
    #expect(try await host.snapshotter("python").stat("a")?.name == "a")
    let status = try #require(host.status(.snapshotter, "python"))
    #expect(status.pid != first)
    #expect(status.restarts == 1)
    #expect(status.lastError.contains("signal 9"), "\(status.lastError)")
    await host.stop()
  }

  @Test func anIdempotentCallInFlightIsRepeatedAnyOtherIsNot() async throws {
    try fixture.installPython(replacing: [
      ("    def stat(self, request):\n", "    def stat(self, request):\n        time.sleep(0.5)\n"),
      ("    def prepare(self, request):\n", "    def prepare(self, request):\n        time.sleep(60)\n"),
    ])
    let host = fixture.host()
    host.start()
    let first = try await pid(host)
    let snapshotter = try host.snapshotter("python")
    async let stat = snapshotter.stat("nothing")
    async let prepare = snapshotter.prepare("a", parent: "")
    try await Task.sleep(for: .milliseconds(200))
    kill(first, SIGKILL)
    #expect(try await stat == nil)
    do {
      _ = try await prepare
      Issue.record("the call was repeated")
    } catch let error as GantryError {
      #expect(error.code == .unavailable)
      #expect(error.message.contains("went away during Prepare"), "\(error.message)")
    }
    await host.stop()
  }

  @Test func aPluginThatDoesNotAnswerPingIsReplaced() async throws {
    try fixture.installPython()
    let host = fixture.host(ping: .milliseconds(50))
    host.start()
    let first = try await pid(host)
    kill(first, SIGSTOP)
    // Sent to a process that will never answer it, repeated to the next one.
    #expect(try await host.snapshotter("python").stat("nothing") == nil)
    #expect(await eventually(.seconds(30)) { (host.status(.snapshotter, "python")?.restarts ?? 0) == 1 })
    #expect(host.status(.snapshotter, "python")?.lastError.contains("Ping") == true)
    #expect(try await pid(host) != first)
    #expect(kill(first, 0) == -1)
    await host.stop()
  }

  @Test func aRestartByHandGivesANewProcessAndLosesNoCall() async throws {
    try fixture.installPython()
    let host = fixture.host()
    host.start()
    let first = try await pid(host)
    let calls = Task {
      for _ in 0..<100 {
        _ = try await host.snapshotter("python").stat("nothing")
        try await Task.sleep(for: .milliseconds(3))
      }
    }
    let status = try await host.restart("python")
    #expect(status.state == .running)
    #expect(status.pid != first)
    #expect(status.restarts == 1)
    try await calls.value
    #expect(try await host.restart("snapshotter-python").restarts == 2)
    await host.stop()
  }

  @Test func aNameThatTwoPluginsHaveMustBeSaidInFull() async throws {
    try fixture.installPython()
    try fixture.install("gantry-content-python", "#!/bin/sh\nexit 1\n")
    let host = fixture.host()
    host.start()
    let error = await #expect(throws: GantryError.self) { _ = try await host.restart("python") }
    #expect(error?.code == .invalidArgument)
    #expect(error?.message.contains("content-python, snapshotter-python") == true)
    await host.stop()
  }

  @Test func whatAPluginLeavesRunningGoesWithIt() async throws {
    try fixture.installPython(replacing: [
      ("def main():\n", "def main():\n    import subprocess\n    child = subprocess.Popen(['sleep', '1000'])\n"),
      ("(5, [\"copy\"])", "(5, [str(child.pid)])"),
    ])
    let host = fixture.host()
    host.start()
    let first = try await pid(host)
    let grandchild = try #require(host.status(.snapshotter, "python")?.capabilities.first.flatMap { Int32($0) })
    #expect(kill(grandchild, 0) == 0)
    kill(first, SIGKILL)
    // Killed with the group; gone for good only when whoever adopted it reaps it.
    #expect(await eventually { isDead(grandchild) })
    await host.stop()
  }

  private func isDead(_ pid: Int32) -> Bool {
    guard let file = fopen("/proc/\(pid)/stat", "r") else { return true }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    guard fgets(&line, 256, file) != nil else { return true }
    let text = String(decoding: line.map { UInt8(bitPattern: $0) }.prefix { $0 != 0 }, as: UTF8.self)
    return text.split(separator: ")").last?.hasPrefix(" Z") ?? true
  }

  @Test func anExternalPluginIsConnectedToWheneverItServes() async throws {
    let identity = PluginIdentity(kind: .runtime, name: "outside")
    let socket = fixture.scratch.file("outside.sock")
    let host = fixture.host(plugins: [identity: PluginSettings(address: socket)])
    host.start()
    #expect(await host.reaches(.backoff, .runtime, "outside"))
    #expect(host.status(.runtime, "outside")?.lastError.contains("nothing serves the plugin") == true)
    let server = PluginServer(
      PluginDescription(kind: "runtime", name: "outside", version: "3"), routes: [FakeRuntime().routes])
    let serving = Task { try await server.serve(path: socket) }
    #expect(await host.reaches(.running, .runtime, "outside"))
    let status = try #require(host.status(.runtime, "outside"))
    #expect(status.pid == 0)
    #expect(status.version == "3")
    #expect(status.path == socket)
    #expect(try await host.runtime("outside").runtime.features(.init()).cgroupLayout == "fake")
    await host.stop()
    try await serving.value
  }
}
