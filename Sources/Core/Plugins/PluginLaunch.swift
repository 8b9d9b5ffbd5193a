import AsyncServices
import AsyncWire
import Errors
import Glibc
import Linux
import Messages

/// Starts a plugin, or connects to it, and has it describe itself.
struct PluginLaunch: Sendable {
  /// Why there is no session.
  enum Failure: Error {
    /// It may be better next time.
    case failed(GantryError)
    /// It will be the same next time.
    case refused(GantryError)
  }

  let settings: PluginLaunchSettings
  let generation: Int

  func run() async throws(Failure) -> PluginSession {
    switch settings.source {
    case .executable(let path): try await start(path)
    case .address(let path): try await connect(path)
    }
  }

  private func connect(_ path: String) async throws(Failure) -> PluginSession {
    let client: Client
    do throws(GantryError) {
      client = try await Client.connect(path: path, timeout: settings.answerTimeout)
    } catch {
      throw .failed(
        GantryError(
          .unavailable, "nothing serves the plugin \(settings.identity) at \(path); start it (\(error.message))"))
    }
    let description: GantryPluginV1.DescribeResponse
    do throws(GantryError) {
      description = try await describe(client)
    } catch {
      client.close()
      throw .failed(error)
    }
    return try session(client, nil, description)
  }

  private func start(_ path: String) async throws(Failure) -> PluginSession {
    let process: ChildProcess
    let client: Client
    let lines: LineReader
    do throws(GantryError) {
      (process, client, lines) = try spawn(path)
    } catch {
      throw .failed(error.wrapped("plugin \(settings.identity) cannot be started"))
    }
    let description: GantryPluginV1.DescribeResponse
    do throws(GantryError) {
      description = try await describe(client)
    } catch {
      client.close()
      throw .failed(await explain(error, process, lines))
    }
    return try session(client, process, description)
  }

  private func describe(_ client: Client) async throws(GantryError) -> GantryPluginV1.DescribeResponse {
    do throws(GantryError) {
      return try await GantryPluginV1.PluginClient(client).describe(
        .init(supervisorVersion: settings.supervisorVersion, contractVersion: PluginContract.version),
        options: .init(timeout: settings.answerTimeout))
    } catch {
      guard error.code == .deadlineExceeded else { throw error.wrapped("plugin \(settings.identity), Describe") }
      throw GantryError(
        .deadlineExceeded,
        "plugin \(settings.identity) did not answer Describe within \(settings.answerTimeout.inWords)")
    }
  }

  private func session(
    _ client: Client, _ process: ChildProcess?, _ description: GantryPluginV1.DescribeResponse
  ) throws(Failure) -> PluginSession {
    let objection = PluginContract.objection(to: description, of: settings.identity, source: settings.source)
    if let objection {
      client.close()
      process?.signalGroup(SIGKILL)
      throw .refused(objection)
    }
    return PluginSession(
      generation: generation, client: client, process: process, description: description, startedAt: .now)
  }

  /// What a person should read where a plugin ended before it described itself: how, and its last words.
  private func explain(_ error: GantryError, _ process: ChildProcess, _ lines: LineReader) async -> GantryError {
    let wasAlive = process.exitStatus == nil
    await process.end(grace: error.code == .deadlineExceeded ? .zero : .milliseconds(200))
    let words = lines.lastWords()
    if error.code == .deadlineExceeded { return GantryError(error.code, error.message + words) }
    guard let status = process.exitStatus, !wasAlive || status != .signalled(SIGKILL) else {
      return GantryError(error.code, error.message + words)
    }
    return GantryError(.unavailable, "plugin \(settings.identity) \(status) before it was ready\(words)")
  }

  // MARK: - The process

  private static let inheritedSocket: Int32 = 3

  private func spawn(_ path: String) throws(GantryError) -> (ChildProcess, Client, LineReader) {
    try Directory.create(settings.dataDirectory, mode: 0o711)
    try Directory.create(settings.runDirectory, mode: 0o711)
    let (ours, theirs) = try UnixSocket.pair()
    // A plugin in another language expects a descriptor as they come: blocking.
    try theirs.setNonBlocking(false)
    let output = try FileDescriptor.pipe()
    let process = try ChildProcess.spawn(
      SpawnRequest(
        executable: path, arguments: [path], environment: environment(),
        descriptors: [(output.writeEnd, 1), (output.writeEnd, 2), (theirs, Self.inheritedSocket)]))
    let log = settings.log
    let lines = try LineReader.start(output.readEnd) { Self.write($0, to: log) }
    return (process, try Client(adopting: ours), lines)
  }

  private func environment() -> [String] {
    var variables: [String] = []
    var next = environ
    while let variable = next.pointee {
      let text = String(cString: variable)
      if !text.hasPrefix("GANTRY_PLUGIN_") { variables.append(text) }
      next += 1
    }
    return variables + [
      "GANTRY_PLUGIN_SOCKET=\(Self.inheritedSocket)",
      "GANTRY_PLUGIN_DATA=\(settings.dataDirectory)",
      "GANTRY_PLUGIN_RUN=\(settings.runDirectory)",
      "GANTRY_PLUGIN_CONFIG=\(settings.configuration)",
    ]
  }

  /// A line "level: text" keeps its level; any other is worth knowing but nothing more.
  private static func write(_ line: String, to log: Log) {
    for level in Log.Level.allCases {
      let prefix = "\(level.rawValue): "
      if line.hasPrefix(prefix) { return log.line(level) { String(line.dropFirst(prefix.count)) } }
    }
    log.info(line)
  }
}
