import AsyncServices
import AsyncWire
import Core
import Database
import Engine
import Errors
import Glibc
import Linux
import Messages
import Wire

/// An engine over doubles and a scratch directory of its own. `restarted` is what a new process would find.
final class TestEngine: Sendable {
  let scratch: ScratchDirectory
  let storage: FakeStorage
  let network: FakeNetwork
  let shims: FakeShims
  let workers: FakeWorkers
  let engine: Engine
  let database: Database

  static let image = GantryWorkerV1.Image(
    names: ["docker.io/library/busybox:latest"], manifest: blob("11", 10), config: blob("22", 20),
    layers: [blob("33", 30), blob("44", 40)], diffIds: [digest("55"), digest("66")], architecture: "amd64", os: "linux",
    settings: .init(env: ["PATH=/bin"], cmd: ["/bin/sh"]), created: "2026-11-23T19:42:50Z")

  static func digest(_ hex: String) -> String { "sha256:" + String(repeating: hex, count: 32) }
  private static func blob(_ hex: String, _ size: Int64) -> GantryWorkerV1.Blob {
    .init(mediaType: "application/octet-stream", digest: digest(hex), size: size)
  }

  init(
    failpoints: Failpoints = Failpoints([:]), scratch: ScratchDirectory? = nil, storage: FakeStorage = FakeStorage(),
    network: FakeNetwork = FakeNetwork(), shims: FakeShims = FakeShims(),
    workers: FakeWorkers = FakeWorkers(images: [TestEngine.image]), prepare: (Database) async throws -> Void = { _ in }
  ) async throws {
    let scratch = try scratch ?? ScratchDirectory()
    self.scratch = scratch
    self.storage = storage
    self.network = network
    self.shims = shims
    self.workers = workers
    let paths = EnginePaths(root: scratch.file("root"), run: scratch.file("run"))
    try paths.create()
    database = try await Database.open(path: paths.database, migrations: EngineSchema.migrations)
    try await prepare(database)
    var runtime = RouteTable()
    runtime.on(GantryRuntimeV1.RuntimeMethods.spec) {
      (_: GantryRuntimeV1.SpecRequest, _) -> GantryRuntimeV1.SpecResponse in
      .init(spec: Array("{}".utf8))
    }
    runtime.on(GantryRuntimeV1.RuntimeMethods.shim) {
      (_: GantryRuntimeV1.ShimRequest, _) -> GantryRuntimeV1.ShimResponse in
      .init(path: "/fake/gantry-shim")
    }
    let backends = Backends(
      content: try storage.contentClient(), snapshotter: try storage.snapshotsClient(), snapshotterName: "overlay",
      network: try network.client(), runtime: try runtime.client(), runtimeName: "linux")
    let host = HostFacts(
      processors: 2, hostname: "vm", memoryInBytes: 1 << 34, kernelRelease: "6.1", architecture: "x86_64",
      operatingSystem: "Debian", operatingSystemVersion: "12", usesCgroupV2: false)
    let context = EngineContext(
      database: database, paths: paths, backends: backends, shims: shims, workers: workers, host: host,
      log: Log(subject: "test") { _ in }, failpoints: failpoints)
    engine = Engine(context, plugins: NoPlugins())
    try await engine.start()
  }

  /// A new engine over what this one leaves behind.
  func restarted() async throws -> TestEngine {
    await database.close()
    return try await TestEngine(
      scratch: scratch, storage: storage, network: network, shims: shims, workers: workers)
  }

  var context: CallContext { CallContext(method: MethodDescriptor(service: "test", method: "test")) }
  var containers: ContainersServer { ContainersServer(engine) }
  var images: ImagesServer { ImagesServer(engine) }

  /// Takes the fixed image in.
  @discardableResult
  func importImage(name: String = "") async throws -> GantryEngineV1.ImportResult {
    let archive = try FileDescriptor.open("/dev/null", O_RDONLY)
    return try await ImageImporterFixture.run(engine, name: name, archive: archive)
  }

  func create(
    _ name: String = "", network: String = "none", autoRemove: Bool = false
  ) async throws -> String {
    try await containers.create(
      .init(
        name: name, image: "busybox", cmd: ["sleep", "9"], autoRemove: autoRemove, stopTimeout: -1, network: network),
      context: context
    ).id
  }

  func start(_ id: String) async throws {
    _ = try await containers.start(.init(container: id), context: context)
  }

  func list() async throws -> [GantryEngineV1.ContainerSummary] {
    try await containers.list(.init(all: true), context: context).containers
  }

  /// Waits until `condition` holds.
  func eventually(
    within time: Duration = .seconds(5), _ condition: @Sendable () async throws -> Bool
  ) async throws -> Bool {
    let deadline = ContinuousClock.now + time
    while ContinuousClock.now < deadline {
      if try await condition() { return true }
      try await Task.sleep(for: .milliseconds(2))
    }
    return false
  }
}
