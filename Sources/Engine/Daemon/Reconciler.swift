import AsyncServices
import Core
import Database
import Errors
import Messages

/// Brings the records and the world together after a start: asks every shim at the same time, takes up
/// what runs, records what ended meanwhile, and undoes what was half done. One container that cannot be
/// taken up is reported and stops nobody else.
struct Reconciler: Sendable {
  let engine: Engine

  init(_ engine: Engine) { self.engine = engine }

  private var context: EngineContext { engine.context }
  private var cleaner: ContainerCleaner { ContainerCleaner(context, networks: engine.networks) }

  /// Returns when every container's state is known.
  func reconcile() async throws {
    let ((stored, removals), found) = try await concurrently {
      try await context.database.transaction { transaction in
        (try ContainerTable(transaction).all(), try RemovalTable(transaction).all())
      }
    } _: {
      await context.shims.recover()
    }
    for failure in stored.failures { context.log.error(failure.message) }
    let containers = stored.records.map(Container.init)
    for container in containers { context.registry.add(container) }
    let shims = Dictionary(found.map { ($0.id, $0) }) { first, _ in first }
    await withTaskGroup(of: Void.self) { group in
      for container in containers where shims[container.id] != nil || container.record.lifecycle.isRunning {
        group.addTask { await take(container, shims[container.id]) }
      }
    }
    for removal in removals { recallEnd(of: removal.container, shims[removal.container]) }
    let known = Set(containers.map(\.id) + removals.map(\.container))
    finishBehind(
      containers, attempted: Set(shims.keys), removals: removals.map { ($0, shims[$0.container]) },
      strangers: found.filter { !known.contains($0.id) })
  }

  /// A container that went with its exit, and whose removal nobody could be told of: its exit is told once more, for those
  /// who still wait to hear of it.
  private func recallEnd(of id: String, _ found: FoundShim?) {
    let exitCode: UInt32? =
      switch found {
      case .gone(_, let record): record?.exitStatus
      case .serving(_, let status):
        status.processes.first { $0.id == id && $0.execId.isEmpty && $0.state == "stopped" }?.exitStatus
      case .silent, .damaged, nil: nil
      }
    if let exitCode { context.events.publish("container", "die", id: id, ["exitCode": String(exitCode)]) }
  }

  private func take(_ container: Container, _ found: FoundShim?) async {
    switch found {
    case .serving(let task, let status):
      guard let process = status.processes.first(where: { $0.id == container.id && $0.execId.isEmpty }) else {
        await cleaner.dismiss(task)
        return await lose(container, nil, why: "its shim knows nothing of it")
      }
      await adopt(container, task: task, process: process, status: status)
    case .silent(let task, let error):
      context.log.error("the shim of container \(container.id) does not answer; it is waited for: \(error)")
      container.update { $0.task = task }
      if container.record.lifecycle.isRunning { engine.watcher.watch(container, task: task) }
    case .gone(_, let record):
      if record == nil, container.record.lifecycle.isRunning,
        let (task, status) = await cleaner.takeOver(container),
        let process = status.processes.first(where: { $0.id == container.id && $0.execId.isEmpty })
      {
        return await adopt(container, task: task, process: process, status: status)
      }
      await lose(container, record, why: "its shim was gone when gantryd started")
    case .damaged(_, let error): await lose(container, nil, why: error.message)
    case nil: await lose(container, nil, why: "its bundle was gone when gantryd started, as after a reboot")
    }
  }

  private func adopt(
    _ container: Container, task: ShimTask, process: GantryShimV1.ProcessStatus, status: GantryShimV1.StatusResponse
  ) async {
    let lifecycle = container.record.lifecycle
    let startedAt = lifecycle.run?.startedAt ?? Moment(process.startedAt) ?? .now
    let run = ContainerLifecycle.Run(
      pid: process.pid, startedAt: startedAt, lastFinishedAt: lifecycle.finishedAt)
    await learnPlace(container)
    switch process.state {
    case "running", "paused":
      await set(container, task: task, process.state == "paused" ? .paused(run) : .running(run))
      container.update { $0.oomKilled = process.oomKilled }
      await ShimFollower(context).follow(container, task: task, status: status)
      engine.watcher.watch(container, task: task)
      // Of those that have ended somebody may still want to know how.
      for exec in status.processes where !exec.execId.isEmpty {
        engine.execs.watch(container, id: exec.execId, task: task)
      }
    case "stopped":
      // Where the record says it never ran, it was started by a process that died before it could write that.
      await set(container, task: task, lifecycle.isRunning ? lifecycle : .running(run))
      await engine.watcher.settle(
        container,
        ExitWatcher.Exit(
          status: process.exitStatus, moment: Moment(process.exitedAt) ?? .now, oomKilled: process.oomKilled))
    default:
      // Built, and never started: whoever wanted to start it got no answer.
      await cleaner.dismiss(task)
      if lifecycle.isRunning { await lose(container, nil, why: "it was never started") }
    }
  }

  /// A container that was started by a process that died before it could write that has a place nobody noted.
  private func learnPlace(_ container: Container) async {
    guard container.record.endpoint == nil else { return }
    do {
      guard let endpoint = try await engine.networks.place(of: container.record) else { return }
      container.update { $0.record.endpoint = endpoint }
    } catch {
      context.log.warning("the network place of container \(container.id) is not known: \(error)")
    }
  }

  private func set(_ container: Container, task: ShimTask, _ lifecycle: ContainerLifecycle) async {
    let (record, isNew) = container.update { state in
      let isNew = state.record.lifecycle != lifecycle
      state.task = task
      state.record.lifecycle = lifecycle
      return (state.record, isNew)
    }
    guard isNew else { return }
    do {
      try await context.database.transaction { try ContainerTable($0).update(record) }
    } catch {
      context.log.error("the state of container \(container.id) is not recorded: \(error)")
    }
  }

  /// Nobody holds the container any more. The exit record, if there is one, tells how it ended.
  private func lose(_ container: Container, _ record: GantryShimV1.ExitRecord?, why: String) async {
    let exit: ExitWatcher.Exit
    if let record {
      exit = .init(status: record.exitStatus, moment: Moment(record.exitedAt) ?? .now, oomKilled: record.oomKilled)
    } else {
      exit = .init(status: 137, moment: .now, error: why)
    }
    if record == nil { await cleaner.destroy(container.id) }
    await cleaner.removeBundle(container.id)
    guard container.record.lifecycle.isRunning else { return }
    if record == nil { context.log.warning("container \(container.id) is taken for dead: \(why)") }
    await engine.watcher.settle(container, exit)
  }

  /// What nobody has to wait for: half-made containers, ended ones that remove themselves, strangers' shims.
  ///
  /// - Parameter attempted: the containers that were built, or were about to be.
  private func finishBehind(
    _ containers: [Container], attempted: Set<String>, removals: [(RemovalTable.Removal, FoundShim?)],
    strangers: [FoundShim]
  ) {
    let half = containers.filter { $0.record.lifecycle == .creating }
    for container in half { context.registry.remove(container) }
    Task {
      for container in half {
        context.log.info("undoing container \(container.id), which an earlier gantryd did not finish making")
        await engine.remover.undoCreation(container.record)
      }
      for container in containers {
        let record = container.record
        guard record.settings.autoRemove else { continue }
        switch record.lifecycle {
        case .exited: break
        // A start that was cut short ends with a removal, as one that failed does. One that was only made waits on.
        case .created where attempted.contains(record.id): break
        default: continue
        }
        try? await engine.remover.remove(container, force: false, volumes: true)
      }
      for (removal, shim) in removals {
        if let shim { await end(shim) }
        await engine.remover.finish(removal)
      }
      for stranger in strangers {
        context.log.warning("ending the shim of \(stranger.id), a container that is not recorded")
        await end(stranger)
      }
    }
  }

  private func end(_ stranger: FoundShim) async {
    switch stranger {
    case .serving(let task, _):
      _ = try? await task.task.kill(
        .init(id: task.id, signal: 9, all: true), options: .init(timeout: .seconds(5)))
      _ = try? await task.task.wait(.init(id: task.id), options: .init(timeout: .seconds(10)))
      await cleaner.dismiss(task)
    case .silent(let task, _): await cleaner.dismiss(task)
    case .gone(let id, let record):
      if record == nil { await cleaner.destroy(id) }
      await cleaner.removeBundle(id)
    case .damaged(let id, let error): context.log.error("bundle of \(id) is left alone: \(error)")
    }
  }
}
