import Database
import Errors

/// A lifecycle spread over the columns of the container table, and back.
struct LifecycleColumns {
  var state: String
  var pid: UInt32?
  var started: Int64?
  var finished: Int64?
  var exitCode: UInt32?
  var oomKilled = false
  var error = ""

  init(_ lifecycle: ContainerLifecycle) {
    state = lifecycle.status
    switch lifecycle {
    case .creating: state = "creating"
    case .created(let failure):
      exitCode = failure?.exitCode
      error = failure?.message ?? ""
    case .running(let run), .paused(let run):
      pid = run.pid
      started = run.startedAt.nanosecondsSince1970
      finished = run.lastFinishedAt?.nanosecondsSince1970
    case .exited(let exit):
      started = exit.startedAt.nanosecondsSince1970
      finished = exit.finishedAt.nanosecondsSince1970
      exitCode = exit.exitCode
      oomKilled = exit.oomKilled
      error = exit.error
    }
  }

  init(_ row: DatabaseRow) throws(GantryError) {
    state = try row.get("state")
    pid = try row.get("pid")
    started = try row.get("started")
    finished = try row.get("finished")
    exitCode = try row.get("exit_code")
    oomKilled = try row.get("oom_killed")
    error = try row.get("error")
  }

  private func run(_ pid: UInt32, _ started: Int64) -> ContainerLifecycle.Run {
    .init(
      pid: pid, startedAt: Moment(nanosecondsSince1970: started),
      lastFinishedAt: finished.map(Moment.init(nanosecondsSince1970:)))
  }

  /// - Throws: `.dataLoss` where the columns do not fit together.
  func lifecycle() throws(GantryError) -> ContainerLifecycle {
    switch (state, pid, started, finished, exitCode) {
    case ("creating", _, _, _, _): return .creating
    case ("created", _, _, _, let code):
      return .created(code.map { .init(exitCode: $0, message: error) })
    case ("running", let pid?, let started?, _, _):
      return .running(run(pid, started))
    case ("paused", let pid?, let started?, _, _):
      return .paused(run(pid, started))
    case ("exited", _, let started?, let finished?, let code?):
      return .exited(
        .init(
          exitCode: code, startedAt: Moment(nanosecondsSince1970: started),
          finishedAt: Moment(nanosecondsSince1970: finished), oomKilled: oomKilled, error: error))
    default: throw GantryError(.dataLoss, "state \"\(state)\" does not fit the columns beside it")
    }
  }
}
