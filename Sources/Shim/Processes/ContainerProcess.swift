import Linux
import Messages

/// One process that the shim was asked for: a container's first, or a further one.
final class ContainerProcess {
  /// "" is the container's first process.
  let execID: String
  /// The streams as they were asked for; told by State.
  let streams: ContainerdEvents.TaskIO
  var state: ProcessState
  /// nil for a further process that has not been made.
  var io: ProcessIO?
  /// When it began to run; survives its end.
  var startedAt: GoogleProtobuf.Timestamp?
  private var waiters: [(ProcessExit) -> Void] = []

  init(execID: String, streams: ContainerdEvents.TaskIO, state: ProcessState, io: ProcessIO? = nil) {
    self.execID = execID
    self.streams = streams
    self.state = state
    self.io = io
  }

  /// 0 where there is none yet.
  var pid: Int32 {
    switch state {
    case .registered: 0
    case .created(let process): process.pid
    case .running(let pid, _, _): pid
    case .stopped(let exit): exit.pid
    }
  }

  /// What signals are sent to; nil where nothing runs.
  var pidfd: FileDescriptor? {
    switch state {
    case .created(let process): process.pidfd
    case .running(_, let pidfd, _): pidfd
    case .registered, .stopped: nil
    }
  }

  /// Duplicates of these keep the process and what it writes when the shim is killed; by kind, as `Keep` names them.
  var lifelines: [(kind: String, descriptor: FileDescriptor)] {
    (io?.lifelines ?? []) + (pidfd.map { [("process", $0)] } ?? [])
  }

  var exit: ProcessExit? {
    if case .stopped(let exit) = state { exit } else { nil }
  }

  /// Calls `body` when the process has ended; at once where it has.
  func whenStopped(_ body: @escaping (ProcessExit) -> Void) {
    if let exit { body(exit) } else { waiters.append(body) }
  }

  /// Notes the end and answers everyone who waits for it.
  func stop(_ exit: ProcessExit) {
    state = .stopped(exit)
    let waiting = waiters
    waiters = []
    for body in waiting { body(exit) }
  }
}
