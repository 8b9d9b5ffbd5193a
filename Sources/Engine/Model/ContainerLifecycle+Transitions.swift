import Errors

/// Each transition returns the next state, or throws `.failedPrecondition` with Docker's sentence for the
/// operation that does not fit.
extension ContainerLifecycle {
  /// The snapshot is there.
  package func prepared(id: String) throws(GantryError) -> ContainerLifecycle {
    guard case .creating = self else { throw refused("create", id) }
    return .created(nil)
  }

  /// The first process runs.
  package func started(pid: UInt32, at moment: Moment, id: String) throws(GantryError) -> ContainerLifecycle {
    try checkStartable(id: id)
    return .running(Run(pid: pid, startedAt: moment, lastFinishedAt: finishedAt))
  }

  /// Whether a start would be right now.
  package func checkStartable(id: String) throws(GantryError) {
    switch self {
    case .created, .exited: return
    case .creating: throw refused("start", id)
    case .running: throw GantryError(.failedPrecondition, "Container \(id) is already running")
    case .paused:
      throw GantryError(.failedPrecondition, "cannot start a paused container, try unpause instead")
    }
  }

  /// A start came to nothing.
  package func failedToStart(_ failure: StartFailure, at moment: Moment) -> ContainerLifecycle {
    switch self {
    case .exited(let exit):
      var next = exit
      next.exitCode = failure.exitCode
      next.finishedAt = moment
      next.oomKilled = false
      next.error = failure.message
      return .exited(next)
    case .creating, .created, .running, .paused: return .created(failure)
    }
  }

  /// The first process has ended.
  package func exited(
    code: UInt32, at moment: Moment, oomKilled: Bool, error: String = "", id: String
  ) throws(GantryError) -> ContainerLifecycle {
    guard let run else { throw notRunning(id) }
    return .exited(
      Exit(
        exitCode: code, startedAt: run.startedAt, finishedAt: max(moment, run.startedAt), oomKilled: oomKilled,
        error: error))
  }

  package func paused(id: String) throws(GantryError) -> ContainerLifecycle {
    switch self {
    case .running(let run): return .paused(run)
    case .paused: throw GantryError(.failedPrecondition, "Container \(id) is already paused")
    case .creating, .created, .exited: throw notRunning(id)
    }
  }

  package func unpaused(id: String) throws(GantryError) -> ContainerLifecycle {
    guard case .paused(let run) = self else {
      throw GantryError(.failedPrecondition, "Container \(id) is not paused")
    }
    return .running(run)
  }

  /// The process that a signal or an exec would go to.
  package func requireRunning(id: String) throws(GantryError) -> Run {
    guard let run else { throw notRunning(id) }
    return run
  }

  /// Whether a removal without force would be right now.
  package func checkRemovable(id: String) throws(GantryError) {
    switch self {
    case .running:
      throw GantryError(
        .failedPrecondition,
        "You cannot remove a running container \(id). Stop the container before attempting removal or force remove")
    case .paused:
      throw GantryError(
        .failedPrecondition,
        """
        You cannot remove a paused container \(id). Unpause and then stop the container before attempting removal or \
        force remove
        """)
    case .creating, .created, .exited: return
    }
  }

  private func notRunning(_ id: String) -> GantryError {
    GantryError(.failedPrecondition, "Container \(id) is not running")
  }

  private func refused(_ operation: String, _ id: String) -> GantryError {
    GantryError(.failedPrecondition, "cannot \(operation) container \(id): it is \(status)")
  }
}
