import AsyncServices
import Core
import Errors
import JSON
import Linux
import Messages

/// Builds everything round a container's first process: network place, files, bundle, shim, and the process itself, which
/// is started in the same breath or waits for it.
///
/// It happens at the first attach or at the start, whichever comes first: so whoever attaches before the
/// start misses nothing. The caller holds the container's gate.
package struct ContainerPreparer: Sendable {
  let context: EngineContext
  let networks: NetworkManager

  package init(_ context: EngineContext, networks: NetworkManager) {
    self.context = context
    self.networks = networks
  }

  /// Time for a shim to come up and to build a container, on a machine that is busy with other things.
  private static let timeout = Duration.seconds(60)

  private struct Sandbox: Sendable {
    var namespace: FileDescriptor?
    var endpoint: GantryNetworkV1.Endpoint?
  }

  /// What has been built.
  package struct Prepared: Sendable {
    package var task: ShimTask
    /// Of the first process.
    package var pid: UInt32
    /// Where to write standard input, where the process has a pipe of its own.
    package var input: [FileDescriptor]
  }

  private struct Launched: Sendable {
    var task: ShimTask
    var options: GoogleProtobuf.AnyMessage?
  }

  /// - Parameters:
  ///   - streams: what the caller joins before the process runs.
  ///   - starts: whether the process runs when this returns.
  /// - Throws: `.notFound` where the command is not in the container, `.permissionDenied` where it cannot
  ///   be executed, or what a plugin or the shim says. Nothing is left behind then.
  package func prepare(
    _ container: Container, joining streams: JoinedStreams = .none, starts: Bool = false
  ) async throws -> Prepared {
    let record = container.record
    let network = try networks.find(record.settings.network)
    let mounts = context.paths.skeleton.lying(under: try await mounts(container))
    try await context.failpoints.pass("start.intended")
    // Both are waited for, whichever fails, so that both can be undone.
    let (shim, surroundings) = await concurrently {
      await Result { try await launch(container, record, mounts: mounts) }
    } _: {
      await Result { try await sandbox(record, network: network) }
    }
    do {
      let launched = try shim.get()
      let place = try surroundings.get()
      try await context.failpoints.pass("start.spawned")
      var request = creation(launched, record: record, mounts: mounts, namespace: place.namespace)
      let streams = streams.fitting(record)
      request.attachStdin = streams.input
      request.attachStdout = streams.output
      request.attachStderr = streams.error
      request.start = starts
      let reply = try await launched.task.shim.createReply(
        request,
        options: .init(timeout: Self.timeout, descriptors: (place.namespace.map { [$0] } ?? []) + streams.ends))
      let kinds = reply.message.kinds
      let kept = KeptDescriptors(execID: "", kinds: kinds, descriptors: Array(reply.descriptors.prefix(kinds.count)))
      container.update { state in
        state.hasEnded = false
        state.oomKilled = false
        state.lastOutOfMemory = nil
        state.task = launched.task
        state.kept[""] = kept
        state.record.endpoint = place.endpoint
      }
      return Prepared(
        task: launched.task, pid: reply.message.pid, input: Array(reply.descriptors.dropFirst(kinds.count)))
    } catch {
      let cleaner = ContainerCleaner(context, networks: networks)
      if let launched = try? shim.get() { await cleaner.dismiss(launched.task) }
      if NetworkManager.needsPlugin(network) { await cleaner.leave(container: record.id, network: network.id) }
      if (try? surroundings.get()) != nil {
        networks.publish("disconnect", network: network.id, container: record.id)
      }
      throw error
    }
  }

  private func sandbox(_ record: ContainerRecord, network: NetworkRecord) async throws -> Sandbox {
    let files = context.paths.files(of: record.id)
    var sandbox = Sandbox()
    // Also where nothing is put into it: it can be made beside all else, and ahead.
    if network.driver != "host" { sandbox.namespace = try await context.namespaces.take() }
    if NetworkManager.needsPlugin(network), let namespace = sandbox.namespace {
      sandbox.endpoint = try await networks.join(record, network: network, namespace: namespace)
    }
    let endpoint = sandbox.endpoint
    let configuration = context.configuration
    try await context.threads.run {
      try Directory.create(files.directory, mode: 0o710)
      try ContainerFilesWriter.write(
        files, record: record, endpoint: endpoint, sharesHostNetwork: network.driver == "host",
        configuration: configuration)
    }
    networks.publish("connect", network: network.id, container: record.id)
    return sandbox
  }

  private func mounts(_ container: Container) async throws -> [ContainerdTypes.Mount] {
    if let mounts = container.snapshot.mounts { return mounts }
    let response = try await context.backends.snapshots.mounts(
      .init(snapshotter: context.backends.snapshotterName, key: container.record.snapshotKey),
      options: .init(timeout: .seconds(30)))
    container.update { $0.mounts = response.mounts }
    return response.mounts
  }

  /// The shim comes up while its specification is made.
  private func launch(
    _ container: Container, _ record: ContainerRecord, mounts: [ContainerdTypes.Mount]
  ) async throws -> Launched {
    let (started, made) = await concurrently {
      await Result {
        let shim = try await context.backends.runtimes.shim(.init(), options: .init(timeout: .seconds(30)))
        return try await context.shims.launch(id: record.id, executable: shim.path)
      }
    } _: {
      await Result { try await specification(record, mounts: mounts) }
    }
    let task = try started.get()
    do {
      let response = try made.get()
      let (described, _) = await concurrently {
        await Result { try await context.shims.describe(id: record.id, specification: response.spec) }
      } _: {
        await ShimFollower(context).listen(to: task, of: container)
      }
      try described.get()
      return Launched(task: task, options: response.options)
    } catch {
      await ContainerCleaner(context, networks: networks).dismiss(task)
      throw error
    }
  }

  private func specification(
    _ record: ContainerRecord, mounts: [ContainerdTypes.Mount]
  ) async throws -> GantryRuntimeV1.SpecResponse {
    var settings = record.runtime
    settings.binds += try await VolumeStore(context).binds(record.settings.volumes)
    settings.binds += ContainerFilesWriter.binds(context.paths.files(of: record.id), container: settings)
    return try await context.backends.runtimes.spec(
      .init(container: settings, rootfs: mounts), options: .init(timeout: .seconds(30)))
  }

  private func creation(
    _ launched: Launched, record: ContainerRecord, mounts: [ContainerdTypes.Mount], namespace: FileDescriptor?
  ) -> GantryShimV1.CreateRequest {
    .init(
      task: .init(
        id: record.id, bundle: launched.task.bundle, rootfs: mounts, terminal: record.runtime.terminal,
        options: launched.options),
      log: LogOptions.config(record.settings, path: context.paths.files(of: record.id).log),
      openStdin: record.settings.openStdin, stdinOnce: record.settings.stdinOnce,
      hasNetworkNamespace: namespace != nil, rootEntries: RootSkeleton.entries)
  }
}
