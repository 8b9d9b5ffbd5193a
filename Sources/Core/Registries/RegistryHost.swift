import AsyncServices
import AsyncWire
import Errors
import Glibc
import Linux
import Messages
import Processes

/// Starts gantry-registry, the process that speaks to registries, once for each pull, push, login or search.
/// Safe to use from anywhere.
public final class RegistryHost: Sendable {
  private let program: String
  private let log: Log

  /// Number of the socket the program serves on.
  private static let socket: Int32 = 3
  private static let startTimeout: Duration = .seconds(30)

  /// - Parameter program: absolute path of gantry-registry.
  public init(program: String, log: Log) {
    self.program = program
    self.log = log.about("registry")
  }

  /// Starts the program and tells it the settings.
  ///
  /// - Returns: the connection; the process ends when nobody holds it any more.
  public func open(_ settings: GantryRegistryV1.ConfigureRequest) async throws -> RegistrySession {
    let session = try start(host: settings.host)
    do {
      _ = try await session.registry.configure(settings, options: .init(timeout: Self.startTimeout))
      return session
    } catch {
      throw await session.explained(error)
    }
  }

  private func start(host: String) throws(GantryError) -> RegistrySession {
    let (ours, theirs) = try UnixSocket.pair()
    try theirs.setNonBlocking(false)
    let output = try FileDescriptor.pipe()
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/sbin:/usr/bin:/sbin:/bin"
    let process = try ChildProcess.spawn(
      SpawnRequest(
        executable: program, arguments: [program], environment: ["PATH=\(path)"],
        descriptors: [(output.writeEnd, 1), (output.writeEnd, 2), (theirs, Self.socket)]))
    let log = log
    let lines = try LineReader.start(output.readEnd) { log.info($0) }
    return RegistrySession(process: process, client: try Client(adopting: ours), lines: lines, host: host)
  }
}
