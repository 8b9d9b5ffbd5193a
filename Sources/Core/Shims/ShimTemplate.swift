import AsyncServices
import AsyncWire
import Errors
import Glibc
import Linux
import Messages
import Processes

/// The process that shims are forked from, `gantry-shim template`: it comes up with the first shim that is needed, again where
/// it has died, and goes with its connection. Safe to use from anywhere.
actor ShimTemplate {
  private let program: String
  private let namespace: String
  private var running: (process: ChildProcess, client: Client)?

  private static let timeout = Duration.seconds(5)
  private static let inheritedSocket: Int32 = 3
  /// Where a forked shim's name in ps(1) has room beside the arguments: as long as a socket's path may be, and more.
  private static let room = "GANTRY_SHIM_ROOM=" + String(repeating: "-", count: 600)

  /// - Parameter program: absolute path of the shim.
  init(program: String, namespace: String) {
    self.program = program
    self.namespace = namespace
  }

  /// Forks a shim.
  ///
  /// - Parameters:
  ///   - listener: the socket that it serves.
  ///   - log: what it writes its complaints to.
  /// - Returns: its process id.
  /// - Throws: `.unavailable` where the template is gone before it answers, `.deadlineExceeded` where it hangs, which ends it:
  ///   a shim may be there all the same.
  func fork(id: String, bundle: String, listener: FileDescriptor, log: FileDescriptor) async throws -> Int32 {
    let client = try ready()
    do {
      let response = try await GantryShimV1.TemplateClient(client).fork(
        .init(id: id, bundle: bundle), options: .init(timeout: Self.timeout, descriptors: [listener, log]))
      return Int32(bitPattern: response.pid)
    } catch {
      if error.code == .deadlineExceeded, let hanging = running, hanging.client === client {
        running = nil
        await hanging.process.end(grace: .zero, sparesGroup: true)
      }
      throw error
    }
  }

  /// Brings it up, where it is not.
  ///
  /// - Throws: what keeps it from coming up.
  func start() throws { _ = try ready() }

  private func ready() throws -> Client {
    if let running, !running.client.isClosed, running.process.exitStatus == nil { return running.client }
    let (ours, theirs) = try UnixSocket.pair()
    let path =
      getenv("PATH").map { String(cString: $0) } ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    let process = try ChildProcess.spawn(
      SpawnRequest(
        executable: program, arguments: [program, "-namespace", namespace, "template"],
        environment: ["PATH=\(path)", "GANTRY_SHIM_SOCKET=\(Self.inheritedSocket)", Self.room],
        descriptors: [(theirs, Self.inheritedSocket)], workingDirectory: "/"))
    let client = try Client(adopting: ours)
    running = (process, client)
    return client
  }

  /// Ends it; the shims that were forked go on, also one that was forked a moment ago and leads no session yet.
  func stop() async {
    guard let running else { return }
    self.running = nil
    running.client.close()
    await running.process.end(grace: .seconds(1), sparesGroup: true)
  }
}
