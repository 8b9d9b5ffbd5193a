import AsyncServices
import AsyncWire
import CLinux
import Errors
import Glibc
import Linux
import Messages
import Processes
import Threads

/// A plugin's program, started as the supervisor starts it, on scratch directories.
public actor PluginProcess: PluginUnderTest {
  private struct Run {
    let process: ChildProcess
    let client: Client
    let description: GantryPluginV1.DescribeResponse
  }

  private let program: String
  private let directory: String
  private let configuration: String
  /// Where it runs; nil is the host's own.
  private let namespace: FileDescriptor?
  private var current: Run

  /// Starts the program and has it describe itself.
  ///
  /// - Parameters:
  ///   - program: absolute path.
  ///   - directory: scratch directory; the plugin's own are made in it.
  ///   - configuration: JSON object.
  ///   - isIsolated: whether it runs in a network namespace of its own, so that the host's network stays as it is.
  /// - Throws: a sentence on what it does instead of describing itself.
  public init(
    program: String, directory: String, configuration: String = "{}", isIsolated: Bool = false
  ) async throws {
    self.program = program
    self.directory = directory
    self.configuration = configuration
    namespace = isIsolated ? try await NetworkNamespace.create() : nil
    current = try await Self.start(program, directory, configuration, namespace)
  }

  /// What the plugin says of itself.
  public var description: GantryPluginV1.DescribeResponse { current.description }

  public var caller: any Caller { current.client }

  public var services: [String] { current.description.services }

  public func restart() async throws {
    current.process.signal(SIGKILL)
    _ = try await current.process.waitUntilExit()
    current.client.close()
    current = try await Self.start(program, directory, configuration, namespace)
  }

  /// Asks it to end.
  ///
  /// - Throws: `.failedPrecondition` where it does not end by itself, with status 0, within five seconds.
  public func stop() async throws {
    let run = current
    _ = try? await GantryPluginV1.PluginClient(run.client).shutdown(.init(), options: within(5))
    await run.process.end(grace: .seconds(5))
    run.client.close()
    guard run.process.exitStatus == .exited(0) else {
      let how = run.process.exitStatus.map { "\($0)" } ?? "has not ended"
      throw GantryError(.failedPrecondition, "after Shutdown a plugin must exit with status 0 within 5 s; it \(how)")
    }
  }

  // MARK: - Starting

  private static let socket: Int32 = 3
  private static let newNetworkNamespace: Int32 = 0x4000_0000

  private static func start(
    _ program: String, _ directory: String, _ configuration: String, _ namespace: FileDescriptor?
  ) async throws -> Run {
    let (ours, theirs) = try UnixSocket.pair()
    try theirs.setNonBlocking(false)
    for name in ["data", "run"] { mkdir("\(directory)/\(name)", 0o711) }
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/sbin:/usr/bin:/sbin:/bin"
    let request = SpawnRequest(
      executable: program, arguments: [program],
      environment: [
        "PATH=\(path)", "GANTRY_PLUGIN_SOCKET=\(socket)", "GANTRY_PLUGIN_DATA=\(directory)/data",
        "GANTRY_PLUGIN_RUN=\(directory)/run", "GANTRY_PLUGIN_CONFIG=\(configuration)",
      ], descriptors: [(theirs, socket)])
    let process = try await DetachedThread.run(name: "spawn") {
      // The plugin inherits the namespace of the thread that starts it.
      if let namespace, gantry_setns(namespace.number, newNetworkNamespace) != 0 {
        throw GantryError.system("setns", "network namespace")
      }
      return try ChildProcess.spawn(request)
    }
    let client = try Client(adopting: ours)
    do {
      let description = try await describe(client, process)
      return Run(process: process, client: client, description: description)
    } catch {
      client.close()
      await process.end(grace: .milliseconds(200))
      let how = process.exitStatus.map { $0 == .signalled(SIGKILL) ? "" : "; it \($0)" } ?? ""
      throw GantryError(.unavailable, "\(program) does not answer Describe: \(error)\(how)")
    }
  }

  /// What the plugin says of itself; one that ends instead is not waited for any longer.
  private static func describe(
    _ client: Client, _ process: ChildProcess
  ) async throws -> GantryPluginV1.DescribeResponse {
    try await withThrowingTaskGroup(of: GantryPluginV1.DescribeResponse.self) { group in
      group.addTask {
        try await GantryPluginV1.PluginClient(client).describe(
          .init(supervisorVersion: "conformance", contractVersion: 1), options: within(5))
      }
      group.addTask {
        _ = try await process.waitUntilExit()
        throw GantryError(.unavailable, "its process has ended")
      }
      defer { group.cancelAll() }
      guard let description = try await group.next() else { throw GantryError(.internal, "a group without tasks") }
      return description
    }
  }
}
