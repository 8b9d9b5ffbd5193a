import AsyncServices
import AsyncWire
import Core
import Errors
import Glibc

/// The container engine: its parts, put together over a context. It knows nothing of how it is reached.
package final class Engine: Sendable {
  package let context: EngineContext
  package let plugins: any PluginDirectory
  let networks: NetworkManager
  let collector: GarbageCollector
  let images: ImageStore
  let importer: ImageImporter
  let creator: ContainerCreator
  let starter: ContainerStarter
  let watcher: ExitWatcher
  let control: ContainerControl
  let remover: ContainerRemover
  let execs: ExecRunner
  let inspector: ContainerInspector
  let processes: ProcessLister
  let info: EngineInfo
  let transfers: TransferControl
  let puller: ImagePuller
  let pusher: ImagePusher

  package init(_ context: EngineContext, plugins: any PluginDirectory) {
    self.context = context
    self.plugins = plugins
    networks = NetworkManager(context)
    collector = GarbageCollector(context)
    images = ImageStore(context)
    importer = ImageImporter(context, collector: collector)
    creator = ContainerCreator(context, networks: networks, collector: collector)
    watcher = ExitWatcher(context, networks: networks)
    starter = ContainerStarter(context, networks: networks, watcher: watcher)
    control = ContainerControl(context, starter: starter)
    remover = ContainerRemover(context, networks: networks)
    execs = ExecRunner(context)
    inspector = ContainerInspector(context, networks: networks)
    processes = ProcessLister(context)
    transfers = TransferControl(
      TransferSettings(context.configuration) { name in getenv(name).map { String(cString: $0) } })
    info = EngineInfo(context, plugins: plugins, transfers: transfers)
    puller = ImagePuller(context, collector: collector, control: transfers)
    pusher = ImagePusher(context, collector: collector, control: transfers)
  }

  /// Takes up what an earlier process left, and answers when every container's state is known.
  ///
  /// What takes longer and nobody waits for (leases, garbage) goes on behind it.
  package func start() async throws {
    try await networks.load()
    let cleaner = LeaseCleaner(context, collector: collector)
    let leftovers = try await cleaner.leftovers()
    try await Reconciler(self).reconcile()
    Task {
      await cleaner.finish(leftovers: leftovers)
      await networks.forgetStrangers()
      await LeaseKeeper(context, collector: collector).expire()
      await collector.collectEverything()
    }
  }

  /// Everything a client can call.
  package var routes: [ServiceRoutes] {
    [
      ContainersServer(self).routes, ImagesServer(self).routes, ImageStoreServer(self).routes,
      ContainerTreesServer(self).routes, StorageServer(self).routes, LeasesServer(self).routes,
      SystemServer(self).routes, RegistriesServer(self).routes, PluginsServer(self).routes, TasksServer(self).routes,
      ShimEventsServer(self).routes,
      ContentPassThrough(context.backends.content).routes, SnapshotsPassThrough(context.backends).routes,
    ]
  }

  /// Runs to its end what must not be left half done, whether or not the caller stays to hear the answer.
  func uncancelled<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
    try await Task { try await body() }.value
  }
}
