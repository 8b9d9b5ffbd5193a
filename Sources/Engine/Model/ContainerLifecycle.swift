import Errors

/// Where a container stands between create and remove; each case carries exactly what exists then.
package enum ContainerLifecycle: Sendable, Equatable {
  /// Recorded, and its snapshot perhaps prepared: what a restart finds like this is undone.
  case creating
  /// Never ran. Carries why the last attempt to start it failed, if there was one.
  case created(StartFailure?)
  case running(Run)
  case paused(Run)
  case exited(Exit)

  /// A start that came to nothing.
  package struct StartFailure: Sendable, Equatable {
    /// 127 where the command is not there, 126 where it cannot be executed, else 128.
    package var exitCode: UInt32
    package var message: String

    package init(exitCode: UInt32, message: String) {
      self.exitCode = exitCode
      self.message = message
    }
  }

  /// A first process that lives.
  package struct Run: Sendable, Equatable {
    package var pid: UInt32
    package var startedAt: Moment
    /// When the run before this one ended; nil for the first.
    package var lastFinishedAt: Moment?

    package init(pid: UInt32, startedAt: Moment, lastFinishedAt: Moment? = nil) {
      self.pid = pid
      self.startedAt = startedAt
      self.lastFinishedAt = lastFinishedAt
    }
  }

  /// A first process that has ended, or could not be started again.
  package struct Exit: Sendable, Equatable {
    package var exitCode: UInt32
    package var startedAt: Moment
    package var finishedAt: Moment
    package var oomKilled: Bool
    /// Why it ended, where that is not the process's own doing; "" else.
    package var error: String

    package init(exitCode: UInt32, startedAt: Moment, finishedAt: Moment, oomKilled: Bool, error: String) {
      self.exitCode = exitCode
      self.startedAt = startedAt
      self.finishedAt = finishedAt
      self.oomKilled = oomKilled
      self.error = error
    }
  }
}

extension ContainerLifecycle {
  /// The running process, also of a paused container.
  package var run: Run? {
    switch self {
    case .running(let run), .paused(let run): run
    case .creating, .created, .exited: nil
    }
  }

  package var isRunning: Bool { run != nil }

  package var isPaused: Bool {
    if case .paused = self { true } else { false }
  }

  /// Docker's word for it in `ps --filter status=` and `inspect`.
  package var status: String {
    switch self {
    case .creating, .created: "created"
    case .running: "running"
    case .paused: "paused"
    case .exited: "exited"
    }
  }

  package var exitCode: UInt32 {
    switch self {
    case .creating, .running, .paused: 0
    case .created(let failure): failure?.exitCode ?? 0
    case .exited(let exit): exit.exitCode
    }
  }

  package var error: String {
    switch self {
    case .creating, .running, .paused: ""
    case .created(let failure): failure?.message ?? ""
    case .exited(let exit): exit.error
    }
  }

  package var oomKilled: Bool {
    if case .exited(let exit) = self { exit.oomKilled } else { false }
  }

  package var startedAt: Moment? {
    switch self {
    case .creating, .created: nil
    case .running(let run), .paused(let run): run.startedAt
    case .exited(let exit): exit.startedAt
    }
  }

  package var finishedAt: Moment? {
    switch self {
    case .creating, .created: nil
    case .running(let run), .paused(let run): run.lastFinishedAt
    case .exited(let exit): exit.finishedAt
    }
  }
}
