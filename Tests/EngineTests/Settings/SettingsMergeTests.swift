import Engine
import Errors
import Messages
import Testing

struct SettingsMergeTests {
  private static let host = HostFacts(
    processors: 2, hostname: "vm", memoryInBytes: 1 << 34, kernelRelease: "6.1", architecture: "x86_64",
    operatingSystem: "Debian", operatingSystemVersion: "12", usesCgroupV2: false)
  private static let image = GantryWorkerV1.ImageConfig(
    user: "app", env: ["PATH=/bin", "A=image"], entrypoint: ["/entry"], cmd: ["serve"], workingDirectory: "/srv",
    labels: ["from": "image", "both": "image"], stopSignal: "SIGINT")
  private static let id = String(repeating: "ab", count: 32)

  private func merge(_ request: GantryEngineV1.CreateContainerRequest) throws -> GantryEngineV1.CreateContainerRequest {
    try SettingsMerge.merge(request, image: Self.image, id: Self.id, host: Self.host)
  }

  @Test(arguments: [
    (GantryEngineV1.CreateContainerRequest(), ["/entry", "serve"]),
    (.init(cmd: ["x", "y"]), ["/entry", "x", "y"]),
    (.init(hasEntrypoint: true, entrypoint: ["/own"]), ["/own"]),
    (.init(hasEntrypoint: true, entrypoint: ["/own"], cmd: ["x"]), ["/own", "x"]),
    (.init(hasEntrypoint: true, entrypoint: [""], cmd: ["x"]), ["x"]),
  ])
  func theCommandIsPutTogetherAsDockerDoes(
    _ request: GantryEngineV1.CreateContainerRequest, _ arguments: [String]
  ) throws {
    #expect(try merge(request).container?.args == arguments)
  }

  @Test func nothingToRunIsRefused() {
    let error = #expect(throws: GantryError.self) { try merge(.init(hasEntrypoint: true, entrypoint: [""])) }
    #expect(error?.message.hasPrefix("No command specified") == true)
  }

  @Test func theImageFillsInWhatIsLeftOpen() throws {
    let merged = try merge(.init(container: .init(env: ["A=own", "B=1"]), labels: ["both": "own"]))
    let container = try #require(merged.container)
    #expect(container.env == ["A=own", "B=1", "PATH=/bin"])
    #expect(container.user == "app" && container.workingDirectory == "/srv")
    #expect(merged.labels == ["from": "image", "both": "own"])
    #expect(merged.stopSignal == "SIGINT" && merged.logDriver == "json-file" && merged.network == "default")
    #expect(container.hostname == "abababababab" && container.networkMode == "private")
    #expect(container.cgroupPath == "/gantry/\(Self.id)" && container.shmSizeInBytes == 64 << 20)
  }

  @Test func theLastOfTwoVariablesCounts() throws {
    let merged = try merge(.init(container: .init(env: ["A=1", "A=2", "C"])))
    #expect(merged.container?.env == ["A=2", "PATH=/bin"])
  }

  @Test func capabilitiesAreWrittenOneWay() throws {
    let merged = try merge(.init(container: .init(capAdd: ["net_admin", "ALL"], capDrop: ["CAP_MKNOD"])))
    #expect(merged.container?.capAdd == ["CAP_NET_ADMIN", "ALL"])
    #expect(merged.container?.capDrop == ["CAP_MKNOD"])
  }

  @Test func theHostsNetworkHasTheHostsName() throws {
    let merged = try merge(.init(network: "host"))
    #expect(merged.container?.hostname == "vm" && merged.container?.networkMode == "host")
  }

  @Test(arguments: [
    (GantryRuntimeV1.Container(memoryInBytes: 1 << 20), "Minimum memory limit allowed is 6MB"),
    (.init(memoryInBytes: 8 << 20, memorySwapInBytes: 7 << 20), "larger than memory limit"),
    (.init(memorySwapInBytes: 7 << 20), "always set the Memory limit"),
    (.init(nanoCpus: 3_000_000_000), "Range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available"),
    (.init(workingDirectory: "rel"), "'rel' is invalid, it needs to be an absolute path"),
    (.init(binds: [.init(source: "rel/path", target: "/x")]), "create rel/path:"),
    (.init(binds: [.init(source: "/a", target: "x")]), "invalid mount path: 'x'"),
    (
      .init(binds: [.init(source: "/a", target: "/x"), .init(source: "/b", target: "/x")]), "Duplicate mount point: /x"
    ),
    (
      .init(binds: [.init(source: "/a", target: "/x"), .init(source: "/a", target: "//x/")]),
      "Duplicate mount point: /x"
    ),
    (.init(ulimits: [.init(name: "nofile", soft: 5, hard: 3)]), "soft limit 5"),
    (.init(env: ["=x"]), "invalid environment variable"),
    (.init(capAdd: ["FOO"]), "unknown capability: \"CAP_FOO\""),
  ])
  func impossibleSettingsAreNamed(_ container: GantryRuntimeV1.Container, _ words: String) throws {
    let merged = try merge(.init(container: container))
    let error = #expect(throws: GantryError.self) { try SettingsCheck.check(merged, host: Self.host) }
    #expect(error?.code == .invalidArgument)
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
  }

  @Test func tensOfThousandsOfVariablesAreMergedAtOnce() throws {
    let variables = (0..<30_000).map { "V\($0)=\($0)" }
    let began = ContinuousClock.now
    let merged = try merge(.init(container: .init(env: variables + ["V7=again", "PATH=/x"])))
    #expect(ContinuousClock.now - began < .seconds(5))
    let env = merged.container?.env ?? []
    #expect(env.count == 30_002 && !env.contains("V7=7"))
    #expect(env.suffix(3) == ["V7=again", "PATH=/x", "A=image"])
  }

  @Test func badSignalsAndLogOptionsAreNamed() throws {
    for (request, words) in [
      (GantryEngineV1.CreateContainerRequest(stopSignal: "NOSIG"), "Invalid signal: NOSIG"),
      (.init(logDriver: "bogus"), "no log driver named 'bogus'"), (.init(logOptions: ["max-size": "x"]), "max-size: x"),
      (.init(logOptions: ["bogus": "1"]), "unknown log opt 'bogus'"),
    ] {
      let merged = try merge(request)
      let error = #expect(throws: GantryError.self) { try SettingsCheck.check(merged, host: Self.host) }
      #expect(error?.message.contains(words) == true)
    }
  }
}
