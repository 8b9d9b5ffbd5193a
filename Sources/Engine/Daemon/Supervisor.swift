import AsyncWire
import CLinux
import Cgroups
import Core
import Database
import Errors
import Glibc
import Linux
import Synchronization
import Version

/// One running `gantryd`: everything it holds, from the lock on its root to the socket it listens on.
public final class Supervisor: Sendable {
  private static let grace = Duration.milliseconds(500)
  /// Who calls them waits for something to happen, and asks again of the supervisor that comes next.
  private static let patientMethods: Set<String> = ["Wait", "ExecWait", "Events", "Stats"]

  private let configuration: EngineConfiguration
  private let log: Log
  /// Of the root and of the run directory.
  private let locks: [RootLock]
  private let listener: FileDescriptor
  private let server: Server
  private let engine: Engine
  private let plugins: PluginHost
  private let database: Database

  private init(
    configuration: EngineConfiguration, log: Log, locks: [RootLock], listener: FileDescriptor, server: Server,
    engine: Engine, plugins: PluginHost, database: Database
  ) {
    self.configuration = configuration
    self.log = log
    self.locks = locks
    self.listener = listener
    self.server = server
    self.engine = engine
    self.plugins = plugins
    self.database = database
  }

  /// Takes the root directory, starts the plugins, takes up the containers. Clients may connect from early
  /// on; they are answered when this returns and `serve` runs.
  ///
  /// - Throws: `.permissionDenied` where it is not root, `.notFound` where a plugin directory or the snapshotter of the
  ///   configuration is missing, `.failedPrecondition` where another supervisor has the directory or a newer one wrote
  ///   the database.
  public static func start(_ configuration: EngineConfiguration, log: Log) async throws -> Supervisor {
    guard geteuid() == 0 else {
      throw GantryError(
        .permissionDenied, "gantryd makes namespaces, mounts and network links: run it as root, with sudo gantryd")
    }
    for directory in configuration.pluginDirectories { try checkPluginDirectory(directory) }
    // What a careless starter left open must not live on in shims and containers.
    _ = gantry_close_on_exec_from(3)
    umask(0o022)
    try OrphanReaper.adoptOrphans()
    raiseDescriptorLimit()
    let lock = try await RootLock.take(root: configuration.rootDirectory)
    let paths = EnginePaths(root: configuration.rootDirectory, run: configuration.runDirectory)
    try paths.create()
    let runLock = try await RunDirectory.claim(paths)
    let plugins = PluginHost(
      configuration, installation: .current, version: ProductVersion.number, log: log)
    // An engine that cannot read its images and containers would be of no use to anybody.
    _ = try plugins.connection(.snapshotter, configuration.snapshotter)
    plugins.start()
    do {
      let database = try await Database.open(path: paths.database, migrations: EngineSchema.migrations)
      let listener = try ClientSocket.listen(configuration.socketPath)
      let engine = try await engine(
        configuration, database: database, paths: paths, plugins: plugins, log: log)
      let server = Server(routes: engine.routes, allowedPeer: .any) { Self.patientMethods.contains($0.method) }
      return Supervisor(
        configuration: configuration, log: log, locks: [lock, runLock], listener: listener, server: server,
        engine: engine,
        plugins: plugins,
        database: database)
    } catch {
      await plugins.stop()
      throw error
    }
  }

  private static func checkPluginDirectory(_ path: String) throws(GantryError) {
    var status = stat()
    guard stat(path, &status) != 0 || status.st_mode & S_IFMT != S_IFDIR else { return }
    throw GantryError(
      .notFound,
      "plugin directory \(path) is not there: make it, or leave it out of --plugin-dir and \"plugin-directories\"")
  }

  private static func engine(
    _ configuration: EngineConfiguration, database: Database, paths: EnginePaths, plugins: PluginHost, log: Log
  ) async throws -> Engine {
    func caller(_ kind: PluginKind, _ name: String) -> any Caller {
      do throws(GantryError) {
        return try plugins.connection(kind, name)
      } catch {
        log.error(error.message)
        return MissingPlugin(error)
      }
    }
    let backends = Backends(
      content: caller(.content, configuration.contentStore),
      snapshotter: caller(.snapshotter, configuration.snapshotter), snapshotterName: configuration.snapshotter,
      network: caller(.network, configuration.networkDriver), runtime: caller(.runtime, configuration.runtime),
      runtimeName: configuration.runtime,
      snapshotterCanRebase: {
        guard let plugin = try? plugins.connection(.snapshotter, configuration.snapshotter) else { return false }
        return (try? await plugin.isCapable(of: "rebase")) ?? false
      },
      otherSnapshotter: { name throws(GantryError) in try plugins.connection(.snapshotter, name) })
    let context = EngineContext(
      database: database, paths: paths, backends: backends,
      shims: ShimProcesses(
        ShimHost(
          runDirectory: configuration.runDirectory, ownShim: Installation.current.program("gantry-shim"), log: log),
        standIn: Installation.current.program("gantry-shim")),
      workers: WorkerProcesses(WorkerHost(program: Installation.current.program("gantry-worker"), log: log)),
      registries: RegistryProcesses(RegistryHost(program: Installation.current.program("gantry-registry"), log: log)),
      host: .current(), configuration: configuration, log: log)
    let engine = Engine(context, plugins: HostedPlugins(plugins))
    try await engine.start()
    // Nobody waits for it; the first container is as quick as the next.
    Task { await context.shims.prepare() }
    return engine
  }

  /// Answers clients until `stop`.
  public func serve() async throws {
    log.info("listening on \(configuration.socketPath), root \(configuration.rootDirectory)")
    ServiceManager.notify("READY=1")
    try await server.serve(listener: listener)
  }

  /// Takes over what SIGHUP can change: everything that concerns registries.
  public func apply(_ configuration: EngineConfiguration) {
    engine.transfers.apply(TransferSettings(configuration, environment: Self.environment))
  }

  private static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// Ends in order: calls in flight get a moment, plugins end, containers run on.
  public func stop() async {
    ServiceManager.notify("STOPPING=1")
    await server.shutdown(grace: Self.grace)
    unlink(configuration.socketPath)
    await engine.context.shims.stop()
    await engine.networks.takeDown()
    await plugins.stop()
    // The next container, of whichever engine, makes it anew.
    try? Cgroup(path: SettingsMerge.cgroupParent, layout: .detect()).removeIfEmpty()
    await database.close()
    withExtendedLifetime(locks) {}
  }

  /// A shim's connection and an attached client's streams take descriptors; the soft limit is for programs
  /// that still use select(2).
  private static func raiseDescriptorLimit() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue)), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue)), &limit)
  }
}
