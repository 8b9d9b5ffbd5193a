import AsyncServices
import AsyncWire
import Errors
import Messages

/// The task that owns one plugin, from start to stop.
struct PluginLife {
  private enum Phase {
    case launching(Task<Result<PluginSession, PluginLaunch.Failure>, Never>)
    case running(PluginSession, watch: Task<Void, Never>)
    case waiting(Task<Void, Never>)
    case refused
  }

  private let supervisor: PluginSupervisor
  private var generation = 0
  private var phase: Phase = .refused
  private var backoff = Backoff()
  private var askers: [Promise<Result<PluginSession, GantryError>>] = []

  /// How long a plugin gets for an orderly end.
  private static let politeness: Duration = .seconds(5)
  /// A caller waits for a plugin that has failed no more often than this in a row.
  private static let hopefulFailures = 3

  init(supervisor: PluginSupervisor) { self.supervisor = supervisor }

  mutating func run(_ signals: AsyncStream<PluginSupervisor.Signal>) async {
    launch()
    for await signal in signals {
      switch signal {
      case .launched(generation, let result): await launched(result)
      case .ended(generation, let reason): await ended(reason)
      case .retry(generation):
        supervisor.noteRestart()
        launch()
      case .launched, .ended, .retry: break  // Of a generation that is over.
      case .restart(let asker): await restart(asker)
      case .stop(let done):
        await leavePhase()
        supervisor.noteEnded(.stopped, nil)
        answer(.failure(GantryError(.cancelled, "plugin \(supervisor.identity) is being stopped")))
        done.fulfil(())
        return
      }
    }
  }

  // MARK: - Steps

  private mutating func launch() {
    generation += 1
    let launch = PluginLaunch(settings: supervisor.settings, generation: generation)
    let supervisor = supervisor
    supervisor.noteStarting()
    phase = .launching(
      Task {
        let result: Result<PluginSession, PluginLaunch.Failure>
        do throws(PluginLaunch.Failure) {
          result = .success(try await launch.run())
        } catch {
          result = .failure(error)
        }
        supervisor.send(.launched(generation: launch.generation, result))
        return result
      })
  }

  private mutating func launched(_ result: Result<PluginSession, PluginLaunch.Failure>) async {
    switch result {
    case .success(let session):
      phase = .running(session, watch: watch(session))
      supervisor.noteRunning(session)
      answer(.success(session))
    case .failure(.refused(let error)):
      phase = .refused
      supervisor.noteEnded(.refused, error)
      answer(.failure(error))
    case .failure(.failed(let error)):
      wait(afterRunning: .zero, error)
      answer(.failure(error))
    }
  }

  private mutating func ended(_ reason: GantryError) async {
    guard case .running(let session, let watch) = phase else { return }
    watch.cancel()
    session.client.close()
    let uptime = ContinuousClock.now - session.startedAt
    // What missed a ping will not end by itself; what closed its connection is about to.
    await session.process?.end(grace: reason.code == .deadlineExceeded ? .zero : .milliseconds(500))
    var error = reason
    if let status = session.process?.exitStatus {
      error = GantryError(reason.code, "\(reason.message); its process \(status)")
    }
    wait(afterRunning: uptime, error)
  }

  private mutating func wait(afterRunning uptime: Duration, _ error: GantryError) {
    let pause = backoff.next(afterRunning: uptime)
    let (supervisor, generation) = (supervisor, generation)
    phase = .waiting(
      Task {
        guard (try? await Task.sleep(for: pause)) != nil else { return }
        supervisor.send(.retry(generation: generation))
      })
    supervisor.noteEnded(.backoff, error, isHopeful: backoff.failures <= Self.hopefulFailures)
  }

  private mutating func restart(_ asker: Promise<Result<PluginSession, GantryError>>) async {
    askers.append(asker)
    if case .launching = phase { return }
    await leavePhase()
    backoff.reset()
    supervisor.noteRestart()
    launch()
  }

  /// Lets go of whatever the phase holds: a process, a pause.
  private mutating func leavePhase() async {
    switch phase {
    case .launching(let task):
      task.cancel()
      if case .success(let session) = await task.value { await session.end(politely: .zero) }
    case .running(let session, let watch):
      watch.cancel()
      supervisor.noteStarting()
      await session.end(politely: Self.politeness)
    case .waiting(let task): task.cancel()
    case .refused: break
    }
    phase = .refused
    generation += 1
  }

  private mutating func answer(_ result: Result<PluginSession, GantryError>) {
    for asker in askers { asker.fulfil(result) }
    askers.removeAll()
  }

  // MARK: - Health

  private func watch(_ session: PluginSession) -> Task<Void, Never> {
    let supervisor = supervisor
    let generation = generation
    return Task {
      let reason = await withTaskGroup(of: GantryError.self) { group in
        group.addTask {
          await session.client.waitUntilClosed()
          return GantryError(.unavailable, "plugin \(supervisor.identity) has closed its connection")
        }
        group.addTask { await Self.ping(session, supervisor) }
        defer { group.cancelAll() }
        return await group.next() ?? GantryError(.internal, "a group without tasks")
      }
      if !Task.isCancelled { supervisor.send(.ended(generation: generation, reason)) }
    }
  }

  /// Returns when a ping is not answered.
  private static func ping(_ session: PluginSession, _ supervisor: PluginSupervisor) async -> GantryError {
    let client = GantryPluginV1.PluginClient(session.client)
    let timeout = supervisor.settings.answerTimeout
    while true {
      do {
        try await Task.sleep(for: supervisor.pingInterval)
        _ = try await client.ping(.init(), options: .init(timeout: timeout))
      } catch let error as GantryError where error.code == .deadlineExceeded {
        return GantryError(
          .deadlineExceeded, "plugin \(supervisor.identity) did not answer Ping within \(timeout.inWords)")
      } catch {
        return GantryError(.unavailable, "plugin \(supervisor.identity) failed at Ping: \(error)")
      }
    }
  }
}
