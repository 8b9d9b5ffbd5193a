import AsyncServices
import AsyncWire
import CLI
import Errors
import Foundation
import Linux
import Messages
import Synchronization

/// An engine that plays its containers, behind a real socket in a scratch directory.
final class FakeEngine: Sendable {
  struct Outcome: Equatable {
    var exitCode: Int32
    var output: String
    var error: String
  }

  private struct State {
    var calls: [String] = []
    var processes: [String: FakeProcess] = [:]
    var requests: [GantryEngineV1.CreateContainerRequest] = []
    var server: Server?
    var logDirectory: FileDescriptor?
  }

  let directory: String
  private let state = Mutex(State())
  var socket: String { "\(directory)/s" }

  init() throws {
    // The program itself ignores it too; its main does not run here.
    signal(SIGPIPE, SIG_IGN)
    var template = Array("\(Self.scratch)/XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw GantryError.system("mkdtemp") }
    directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    try listen()
  }

  /// Where all of them are. It goes when the tests end: until then an engine's server is there for whoever asks it.
  private static let scratch: String = {
    let path = "/tmp/gantry-cli-\(getpid())"
    mkdir(path, 0o700)
    atexit { try? FileManager.default.removeItem(atPath: FakeEngine.scratch) }
    return path
  }()

  var calls: [String] { state.withLock { $0.calls } }
  var requests: [GantryEngineV1.CreateContainerRequest] { state.withLock { $0.requests } }
  var logDirectory: FileDescriptor? {
    get { state.withLock { $0.logDirectory } }
    set { state.withLock { $0.logDirectory = newValue } }
  }

  func note(_ call: String) { state.withLock { $0.calls.append(call) } }

  /// - Returns: the new container's id.
  func add(_ request: GantryEngineV1.CreateContainerRequest) -> String {
    state.withLock { state in
      let id = String(repeating: "\(state.requests.count % 10)", count: 64)
      state.requests.append(request)
      let process = FakeProcess(id: id, args: request.cmd, isTerminal: request.container?.terminal == true)
      state.processes[id] = process
      if !request.name.isEmpty { state.processes[request.name] = process }
      return id
    }
  }

  func addExec(_ process: FakeProcess) { state.withLock { $0.processes[process.id] = process } }

  func process(_ name: String) throws -> FakeProcess {
    guard let process = state.withLock({ $0.processes[name] }) else {
      throw GantryError(.notFound, "No such container: \(name)")
    }
    return process
  }

  /// Begins to answer.
  func listen() throws {
    let listener = try UnixSocket.listen(path: socket)
    let system = FakeSystem()
    let server = Server(routes: [
      FakeContainers(engine: self).routes, FakeImages(engine: self).routes,
      (system as any GantryEngineV1.SystemService).routes, (system as any GantryEngineV1.PluginsService).routes,
    ])
    state.withLock { $0.server = server }
    Task { try await server.serve(listener: listener) }
  }

  /// Goes away in the middle of everything.
  func crash() async {
    await state.withLock { $0.server }?.shutdown(grace: .zero)
    unlink(socket)
  }

  /// Returns when a call has come; fails after some seconds.
  func hears(_ call: String) async throws {
    try await Self.until("the engine is called: \(call)") { calls.contains(call) }
  }

  /// Returns when somebody has asked for an engine that is away.
  func isMissed() async throws {
    let listener = try UnixSocket.listen(path: socket)
    defer { unlink(socket) }
    try listener.setNonBlocking(true)
    try await Self.until("somebody asks for the engine") { (try? UnixSocket.accept(listener)) != nil }
  }

  private static func until(_ what: String, _ condition: () -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(10)
    while !condition() {
      guard ContinuousClock.now < deadline else { throw GantryError(.deadlineExceeded, "not within 10 s: \(what)") }
      try await Task.sleep(for: .milliseconds(2))
    }
  }

  /// Runs one command line against this engine.
  func run(_ arguments: String..., input: String = "") async throws -> Outcome {
    try await CommandRun.run(["-H", "unix://\(socket)"] + arguments, input: input, directory: directory)
  }
}
