import Core
import Database
import Threads

/// What every part of the engine works with.
package struct EngineContext: Sendable {
  package let database: Database
  package let paths: EnginePaths
  package let backends: Backends
  package let shims: any ShimLauncher
  package let workers: any WorkerLauncher
  package let registries: any RegistryLauncher
  package let host: HostFacts
  package let configuration: EngineConfiguration
  package let log: Log
  package let events: EventBus
  package let registry: ContainerRegistry
  package let failpoints: Failpoints
  package let namespaces = NetworkNamespacesAhead()
  /// What every garbage collector holds from looking whether something is referred to until it is removed, and while a
  /// lease is written: so nothing is removed that a lease has just begun to hold.
  let collection = Gate()
  let unendedLeases = UnendedLeases()
  /// For calls that block: files, directories, namespaces.
  package let threads: BlockingThreads

  package init(
    database: Database, paths: EnginePaths, backends: Backends, shims: any ShimLauncher, workers: any WorkerLauncher,
    registries: any RegistryLauncher = NoRegistries(), host: HostFacts,
    configuration: EngineConfiguration = EngineConfiguration(), log: Log,
    events: EventBus = EventBus(),
    registry: ContainerRegistry = ContainerRegistry(), failpoints: Failpoints = .shared
  ) {
    self.database = database
    self.paths = paths
    self.backends = backends
    self.shims = shims
    self.workers = workers
    self.registries = registries
    self.host = host
    self.configuration = configuration
    self.log = log
    self.events = events
    self.registry = registry
    self.failpoints = failpoints
    threads = BlockingThreads(name: "engine-files", limit: 8)
  }
}
