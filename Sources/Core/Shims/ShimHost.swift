import AsyncWire
import Errors
import Glibc
import Linux
import Messages
import Processes
import Threads

/// Starts shims, finds them again after a restart, and clears away what dead ones left. Safe to use from
/// anywhere.
///
/// A shim inherits its listening socket, which exists before the shim does: the first call may be sent at
/// once and is answered as soon as the shim reads it. The shim leads a session of its own and survives
/// the supervisor. Our own is forked from a template, whose child it is; a stranger's is our child for as long as we live.
public final class ShimHost: Sendable {
  private let directory: String
  private let namespace: String
  private let log: Log
  private let threads = BlockingThreads(name: "shims", limit: 8)
  private let templates: (program: String, template: ShimTemplate)?

  /// - Parameters:
  ///   - runDirectory: bundles are `<runDirectory>/shims/<namespace>/<id>`.
  ///   - namespace: containerd's word for a set of containers that belong together.
  ///   - ownShim: absolute path of the shim that can be forked from a template; every other is started.
  public init(runDirectory: String, namespace: String = "gantry", ownShim: String? = nil, log: Log) {
    templates = ownShim.map { ($0, ShimTemplate(program: $0, namespace: namespace)) }
    directory = "\(runDirectory)/shims/\(namespace)"
    self.namespace = namespace
    self.log = log.about("shims")
  }

  /// The bundle directory of a container.
  public func bundle(of id: String) -> String { "\(directory)/\(id)" }

  // MARK: - Starting

  /// Makes the bundle, starts a shim on it and connects. The container itself is described, and created by a call.
  ///
  /// - Parameter program: absolute path of the shim.
  /// - Throws: `.alreadyExists` where the container has a bundle; `.notFound` where there is no such
  ///   program. No bundle is left behind then.
  public func start(id: String, program: String) async throws -> ShimHandle {
    let bundle = bundle(of: id)
    try Self.check(id)
    if let (own, template) = templates, own == program { return try await fork(id, bundle, template) }
    let process = try await threads.run { [self] in
      try makeBundle(bundle, id)
      do {
        return try spawn(program, id: id, bundle: bundle, action: "serve")
      } catch {
        try? Directory.remove(bundle)
        throw error
      }
    }
    do {
      return try await connect(id, bundle, pid: process.pid)
    } catch {
      await process.end(grace: .zero)
      try? await removeBundle(id)
      throw error
    }
  }

  private func fork(_ id: String, _ bundle: String, _ template: ShimTemplate) async throws -> ShimHandle {
    let (listener, output) = try await threads.run { [self] in
      try makeBundle(bundle, id)
      do {
        return try ends(bundle)
      } catch {
        try? Directory.remove(bundle)
        throw error
      }
    }
    var pid: Int32 = 0
    do {
      pid = try await template.fork(id: id, bundle: bundle, listener: listener, log: output)
      return try await connect(id, bundle, pid: pid)
    } catch {
      if pid > 0 { kill(pid, SIGKILL) } else { await dismissStranger(bundle, after: error) }
      try? await removeBundle(id)
      throw error
    }
  }

  /// A template that dies may have forked a shim before it could say so. It holds nothing, and goes when it is told.
  private func dismissStranger(_ bundle: String, after error: any Error) async {
    guard let error = error as? GantryError, error.code == .unavailable || error.code == .deadlineExceeded,
      let client = try? await Client.connect(path: ShimBundle.socket(in: bundle), timeout: .milliseconds(100))
    else {
      return
    }
    _ = try? await GantryShimV1.ShimClient(client).dismiss(.init(), options: .init(timeout: .seconds(1)))
    client.close()
  }

  /// Brings up what shims are forked from, before the first is needed.
  public func prepare() async { try? await templates?.template.start() }

  /// Ends the process that shims are forked from; shims go on.
  public func stop() async { await templates?.template.stop() }

  /// Writes the specification of the container into its bundle, once.
  ///
  /// - Parameter specification: OCI runtime specification, JSON.
  /// - Throws: `GantryError` from the file system.
  public func describe(id: String, specification: [UInt8]) async throws {
    try Self.check(id)
    let path = ShimBundle.specification(in: bundle(of: id))
    try await threads.run {
      try FileDescriptor.open(path, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600).writeAll(specification)
    }
  }

  /// Starts a new shim on the bundle of a dead one; it takes over what is left of the container.
  ///
  /// - Parameter kept: what was kept of the container's processes; the shim inherits it.
  /// - Throws: `.notFound` where there is no bundle.
  public func takeOver(id: String, program: String, kept: [KeptDescriptors] = []) async throws -> ShimHandle {
    let bundle = bundle(of: id)
    try Self.check(id)
    // One that is just being killed listens for a moment after its connections are closed.
    let deadline = ContinuousClock.now + Self.dyingTime
    while true {
      do {
        let process = try await threads.run { [self] in
          guard access(bundle, F_OK) == 0 else {
            throw GantryError(
              .notFound, "container \(id) has no bundle \(bundle) to take over; start the container anew")
          }
          return try spawn(program, id: id, bundle: bundle, action: "recover", kept: kept)
        }
        return try await connect(id, bundle, pid: process.pid)
      } catch let error as GantryError where error.code == .alreadyExists && ContinuousClock.now < deadline {
        try await Task.sleep(for: .milliseconds(5))
      }
    }
  }

  private func makeBundle(_ bundle: String, _ id: String) throws(GantryError) {
    try Directory.create(directory, mode: 0o711)
    guard mkdir(bundle, 0o711) == 0 else {
      guard errno == EEXIST else { throw .system("mkdir", bundle) }
      throw GantryError(.alreadyExists, "container \(id) has a bundle already: \(bundle); remove the container first")
    }
    // Where the shim mounts the root file system, in the container's own mount namespace.
    try retryingOnInterrupt("mkdir", bundle) { mkdir("\(bundle)/rootfs", 0o711) }
  }

  /// What a shim is given: the socket that it serves, and what it writes its complaints to.
  private func ends(_ bundle: String) throws(GantryError) -> (listener: FileDescriptor, output: FileDescriptor) {
    (
      try UnixSocket.listen(path: ShimBundle.socket(in: bundle)),
      try FileDescriptor.open(ShimBundle.log(in: bundle), O_WRONLY | O_CREAT | O_APPEND, mode: 0o600)
    )
  }

  private static let inheritedSocket: Int32 = 3
  /// What a shim that was killed may need to be gone.
  private static let dyingTime = Duration.seconds(5)

  private func spawn(
    _ program: String, id: String, bundle: String, action: String, kept: [KeptDescriptors] = []
  ) throws(GantryError) -> ChildProcess {
    let (listener, output) = try ends(bundle)
    let path =
      getenv("PATH").map { String(cString: $0) } ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    let inheritance = KeptDescriptors.inheritance(of: kept, from: Self.inheritedSocket + 1)
    return try ChildProcess.spawn(
      SpawnRequest(
        executable: program,
        arguments: [program, "-namespace", namespace, "-id", id, "-bundle", bundle, action],
        environment: ["PATH=\(path)", "GANTRY_SHIM_SOCKET=\(Self.inheritedSocket)"]
          + (kept.isEmpty ? [] : [inheritance.variable]),
        descriptors: [(output, 1), (output, 2), (listener, Self.inheritedSocket)] + inheritance.descriptors,
        workingDirectory: bundle, leadsSession: true))
  }

  private func connect(
    _ id: String, _ bundle: String, pid: Int32, timeout: Duration = .seconds(5)
  ) async throws(GantryError) -> ShimHandle {
    let client = try await Client.connect(path: ShimBundle.socket(in: bundle), timeout: timeout)
    return ShimHandle(id: id, bundle: bundle, pid: pid, client: client)
  }

  // MARK: - Coming back

  /// Finds all shims again: connects to every bundle's at once and asks each for its state.
  ///
  /// - Parameter timeout: for all of it together. Shims that do not make it are reported as silent.
  /// - Returns: one answer a bundle, sorted by id.
  public func recover(timeout: Duration = .seconds(5)) async -> [ShimRecovery] {
    let names: [String]
    do {
      let directory = directory
      names = try await threads.run { try Directory.names(in: directory) }
    } catch {
      log.error("bundles cannot be listed: \(error)")
      return []
    }
    let recoveries = await withTaskGroup(of: ShimRecovery.self) { group in
      for id in names { group.addTask { await self.recover(id, timeout) } }
      return await group.reduce(into: [ShimRecovery]()) { $0.append($1) }
    }
    return recoveries.sorted { $0.id < $1.id }
  }

  private func recover(_ id: String, _ timeout: Duration) async -> ShimRecovery {
    let bundle = bundle(of: id)
    let deadline = ContinuousClock.now + timeout
    do {
      let handle = try await connect(id, bundle, pid: 0, timeout: timeout)
      do throws(GantryError) {
        let left = max(deadline - .now, .milliseconds(1))
        return .serving(handle, try await handle.shim.status(.init(), options: .init(timeout: left)))
      } catch {
        // A connection that was accepted and is gone is a shim that is just dying.
        if error.code == .unavailable { return try await gone(id, bundle) }
        return .silent(handle, error)
      }
    } catch let error as GantryError where error.code == .unavailable {
      do {
        return try await gone(id, bundle)
      } catch {
        return .damaged(id: id, bundle: bundle, GantryError(.dataLoss, "\(error)"))
      }
    } catch {
      return .damaged(id: id, bundle: bundle, (error as? GantryError) ?? GantryError(.unknown, "\(error)"))
    }
  }

  private func gone(_ id: String, _ bundle: String) async throws -> ShimRecovery {
    .gone(id: id, bundle: bundle, try await exitRecord(id))
  }

  /// Reads the exit record of a container.
  public func exitRecord(_ id: String) async throws -> GantryShimV1.ExitRecord? {
    let bundle = bundle(of: id)
    return try await threads.run { try ShimBundle.readExitRecord(in: bundle) }
  }

  /// What the shim said last, for a message about its death; "" where it said nothing.
  public func lastWords(_ id: String) async -> String {
    let bundle = bundle(of: id)
    return (try? await threads.run { ShimBundle.lastWords(in: bundle) }) ?? ""
  }

  // MARK: - Clearing away

  /// Removes the bundle of a container whose shim is gone. What is not there is no error.
  public func removeBundle(_ id: String) async throws {
    try Self.check(id)
    let bundle = bundle(of: id)
    try await threads.run { try Directory.remove(bundle) }
  }

  /// An id becomes a directory's name and must be one.
  private static func check(_ id: String) throws(GantryError) {
    guard !id.isEmpty, id != ".", id != "..", !id.contains("/"), !id.contains("\0") else {
      throw GantryError(.invalidArgument, "\"\(id)\" is no container id")
    }
  }
}
