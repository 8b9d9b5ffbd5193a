import AsyncServices
import AsyncWire
import Errors
import Messages
import Synchronization

/// Keeps one plugin running.
///
/// One task owns the life of the plugin; everything that happens to it (a launch has ended, the connection
/// is gone, a ping was missed, somebody asks for a restart) reaches that task as a signal, one after the
/// other. What others read lies in `state`.
final class PluginSupervisor: Sendable {
  enum Signal: Sendable {
    case launched(generation: Int, Result<PluginSession, PluginLaunch.Failure>)
    case ended(generation: Int, GantryError)
    case retry(generation: Int)
    case restart(Promise<Result<PluginSession, GantryError>>)
    case stop(Promise<Void>)
  }

  private struct State {
    var phase: PluginState = .stopped
    var session: PluginSession?
    /// Of the newest session, kept while there is none.
    var description: GantryPluginV1.DescribeResponse?
    var pid: Int32 = 0
    var restarts = 0
    var lastError: GantryError?
    /// Whether it is worth a caller's while to wait for the next session.
    var isHopeful = true
    /// Fulfilled when `phase` or `session` changes.
    var change = Promise<Void>()
  }

  let settings: PluginLaunchSettings
  let pingInterval: Duration
  private let state = Mutex(State())
  private let signals: AsyncStream<Signal>
  private let sender: AsyncStream<Signal>.Continuation

  init(settings: PluginLaunchSettings, pingInterval: Duration) {
    self.settings = settings
    self.pingInterval = pingInterval
    (signals, sender) = AsyncStream.makeStream(of: Signal.self)
  }

  var identity: PluginIdentity { settings.identity }

  // MARK: - From outside

  /// Starts the plugin and keeps it running until `stop`.
  func start() {
    change { $0.phase = .starting }
    Task {
      var life = PluginLife(supervisor: self)
      await life.run(signals)
    }
  }

  func send(_ signal: Signal) { sender.yield(signal) }

  /// Ends the plugin for good.
  func stop() async {
    let done = Promise<Void>()
    send(.stop(done))
    _ = try? await done.get()
  }

  /// Ends the plugin's process in order and starts a new one.
  ///
  /// - Throws: why the new one does not run.
  func restart() async throws(GantryError) -> PluginSession {
    let done = Promise<Result<PluginSession, GantryError>>()
    send(.restart(done))
    return try await done.get().get()
  }

  var status: PluginStatus {
    state.withLock { state in
      PluginStatus(
        identity: settings.identity, state: state.phase, pid: state.pid, restarts: state.restarts,
        version: state.description?.version ?? "", capabilities: state.description?.capabilities ?? [],
        lastError: state.lastError?.message ?? "", path: settings.source.path)
    }
  }

  /// The running session, newer than `generation`; waits for it while there is hope.
  ///
  /// - Throws: `.unavailable` with the reason, `.cancelled`.
  func session(newerThan generation: Int = 0, timeout: Duration) async throws(GantryError) -> PluginSession {
    let deadline = ContinuousClock.now + timeout
    while true {
      let change = try state.withLock { state -> Result<(PluginSession?, Promise<Void>), GantryError> in
        if let session = state.session, session.generation > generation { return .success((session, state.change)) }
        let mayCome = state.session != nil || state.phase == .starting || (state.phase == .backoff && state.isHopeful)
        guard mayCome else { return .failure(Self.unavailable(settings.identity, state.phase, state.lastError)) }
        return .success((nil, state.change))
      }.get()
      if let session = change.0 { return session }
      let left = deadline - .now
      guard left > .zero else {
        let (phase, error) = state.withLock { ($0.phase, $0.lastError) }
        throw Self.unavailable(settings.identity, phase, error)
      }
      // Whether it changed or the time is up, the state is looked at once more.
      await Self.wait(for: change.1, left)
      if Task.isCancelled { throw GantryError(.cancelled, "the call to plugin \(settings.identity) was cancelled") }
    }
  }

  private static func wait(for change: Promise<Void>, _ timeout: Duration) async {
    try? await withDeadline(timeout, "plugin") { try await change.get() }
  }

  private static func unavailable(
    _ identity: PluginIdentity, _ phase: PluginState, _ error: GantryError?
  ) -> GantryError {
    let reason = error.map { ": \($0.message)" } ?? ""
    return GantryError(
      .unavailable,
      "plugin \(identity) is not running (\(phase.rawValue))\(reason); `gantry plugin restart \(identity)` starts it")
  }

  // MARK: - From the plugin's life

  func noteStarting() { change { $0.phase = .starting } }

  func noteRunning(_ session: PluginSession) {
    change { state in
      state.phase = .running
      state.session = session
      state.description = session.description
      state.pid = session.process?.pid ?? 0
    }
    settings.log.info("running, version \(session.description.version), process \(session.process?.pid ?? 0)")
  }

  func noteEnded(_ phase: PluginState, _ error: GantryError?, isHopeful: Bool = true) {
    change { state in
      state.phase = phase
      state.session = nil
      state.pid = 0
      state.isHopeful = isHopeful
      if let error { state.lastError = error }
    }
    if let error { settings.log.error(error.message) }
  }

  func noteRestart() { state.withLock { $0.restarts += 1 } }

  private func change(_ body: (inout State) -> Void) {
    let changed = state.withLock { state in
      body(&state)
      defer { state.change = Promise<Void>() }
      return state.change
    }
    changed.fulfil(())
  }
}
