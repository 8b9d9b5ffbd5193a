import Core
import Errors
import Glibc
import Testing

@Suite struct PluginHostTests {
  let fixture: PluginFixture

  init() throws { fixture = try PluginFixture() }

  @Test func aPluginInAnotherLanguageRunsAndIsShown() async throws {
    try fixture.installPython()
    let host = fixture.host()
    host.start()
    let snapshotter = try host.snapshotter("python")
    #expect(try await snapshotter.prepare("a", parent: "").first?.type == "bind")
    let status = try #require(host.status(.snapshotter, "python"))
    #expect(status.state == .running)
    #expect(status.version == "1.0")
    #expect(status.capabilities == ["copy"])
    #expect(status.restarts == 0)
    #expect(status.lastError == "")
    #expect(kill(status.pid, 0) == 0)
    await host.stop()
    #expect(host.status(.snapshotter, "python")?.state == .stopped)
    #expect(kill(status.pid, 0) == -1)
  }

  @Test func aPluginThatHangsHoldsUpNobody() async throws {
    try fixture.installPython()
    try fixture.install("gantry-content-hang", "#!/bin/sh\nexec sleep 1000\n")
    let host = fixture.host()
    let started = ContinuousClock.now
    host.start()
    #expect(ContinuousClock.now - started < .milliseconds(100))
    _ = try await host.snapshotter("python").list()
    #expect(await host.reaches(.backoff, .content, "hang"))
    #expect(host.status(.content, "hang")?.lastError.contains("did not answer Describe within 5 s") == true)
    await host.stop()
  }

  @Test func aPluginThatEndsAtOnceIsTriedAgainAndItsLastWordsAreShown() async throws {
    try fixture.install("gantry-network-broken", "#!/bin/sh\necho 'error: no bridge here' >&2\nexit 3\n")
    let host = fixture.host()
    host.start()
    #expect(await eventually { (host.status(.network, "broken")?.restarts ?? 0) >= 2 })
    let status = try #require(host.status(.network, "broken"))
    #expect(status.lastError.contains("exited with status 3"))
    #expect(status.lastError.contains("no bridge here"))
    let error = await #expect(throws: GantryError.self) {
      _ = try await host.network("broken").network.listNetworks(.init(), options: .init(timeout: .milliseconds(500)))
    }
    #expect(error?.code == .unavailable)
    #expect(error?.message.contains("no bridge here") == true)
    #expect(fixture.lines.value.contains { $0.contains("error plugin network-broken: no bridge here") })
    await host.stop()
  }

  @Test func aPluginThatAnswersRubbishIsAnErrorAndNothingMore() async throws {
    try fixture.install("gantry-runtime-rubbish", "#!/bin/sh\nhead -c 300000 /dev/urandom >&3\nsleep 1000\n")
    try fixture.installPython()
    let host = fixture.host()
    host.start()
    #expect(await host.reaches(.backoff, .runtime, "rubbish"))
    #expect(host.status(.runtime, "rubbish")?.lastError.isEmpty == false)
    _ = try await host.snapshotter("python").list()
    await host.stop()
  }

  @Test func aPluginWhoseProgramIsGoneNamesItsPath() async throws {
    try fixture.installPython()
    let host = fixture.host()
    fixture.remove("gantry-snapshotter-python")
    host.start()
    #expect(await host.reaches(.backoff, .snapshotter, "python"))
    #expect(host.status(.snapshotter, "python")?.lastError.contains("plugins/gantry-snapshotter-python") == true)
    try fixture.installPython()
    #expect(await host.reaches(.running, .snapshotter, "python"))
    await host.stop()
  }

  @Test(arguments: [
    ("gantry-snapshotter-other", "", "", "name the executable gantry-snapshotter-python"),
    ("gantry-snapshotter-python", "(4, 1)", "(4, 9)", "built for version 1"),
    ("gantry-snapshotter-python", "(6, [service])", "(6, [])", "does not offer containerd.services.snapshots.v1"),
  ])
  func aPluginThatIsNotWhatItMustBeIsRefused(_ name: String, _ old: String, _ new: String, _ reason: String)
    async throws
  {
    try fixture.installPython(as: name, replacing: old.isEmpty ? [] : [(old, new)])
    let host = fixture.host()
    host.start()
    let plugin = String(name.dropFirst("gantry-snapshotter-".count))
    #expect(await host.reaches(.refused, .snapshotter, plugin))
    let status = try #require(host.status(.snapshotter, plugin))
    #expect(status.lastError.contains(reason), "\(status.lastError)")
    #expect(status.restarts == 0)
    #expect(status.pid == 0)
    await #expect(throws: GantryError.self) { _ = try await host.snapshotter(plugin).list() }
    await #expect(throws: GantryError.self) { _ = try await host.restart(plugin) }
    #expect(await host.reaches(.refused, .snapshotter, plugin))
    await host.stop()
  }

  @Test func anUnknownPluginSaysWhichThereAre() async throws {
    try fixture.installPython()
    let host = fixture.host()
    let error = #expect(throws: GantryError.self) { _ = try host.snapshotter("zfs") }
    #expect(error?.code == .notFound)
    #expect(error?.message.contains("there is python") == true)
    await #expect(throws: GantryError.self) { _ = try await host.restart("zfs") }
  }

  @Test func filesThatAreNoPluginsAreLeftAlone() async throws {
    try fixture.installPython()
    try fixture.install("gantry-plugin-check", "#!/bin/sh\n")
    try fixture.install("gantry-runtime", "#!/bin/sh\n")
    try fixture.install("gantry-content-", "#!/bin/sh\n")
    chmod(fixture.scratch.file("plugins/gantry-runtime"), 0o644)
    #expect(fixture.host().list().map(\.identity.description) == ["snapshotter-python"])
  }
}
