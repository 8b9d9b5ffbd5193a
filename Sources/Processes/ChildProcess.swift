import CLinux
import Errors
import Glibc
import Linux

/// A process that was started here and is reaped here. Safe to use from anywhere.
///
/// It is watched through a descriptor of its own (pidfd), so no handler for SIGCHLD is needed and children
/// that other code starts are nobody's business but that code's.
public final class ChildProcess: Sendable {
  /// Its process id; another process may have it once `exitStatus` is there.
  public let pid: pid_t
  private let pidfd: FileDescriptor
  private let exit = Promise<ExitStatus>()

  private init(pid: pid_t, pidfd: FileDescriptor) {
    self.pid = pid
    self.pidfd = pidfd
  }

  /// Starts a program, in about half a millisecond (posix_spawn(3) shares the memory until the exec).
  ///
  /// - Throws: `.notFound` or `.permissionDenied` where the executable cannot be run, named.
  public static func spawn(_ request: SpawnRequest) throws(GantryError) -> ChildProcess {
    let pid = try posixSpawn(request)
    do throws(GantryError) {
      let number = try retryingOnInterrupt("pidfd_open", "\(pid)") { gantry_pidfd_open(pid, 0) }
      let child = ChildProcess(pid: pid, pidfd: FileDescriptor(adopting: number))
      let exit = child.exit
      try ReadinessWatcher.shared().watch(child.pidfd) { reap(pid, exit) }
      return child
    } catch {
      kill(pid, SIGKILL)
      var status: Int32 = 0
      waitpid(pid, &status, 0)
      throw error
    }
  }

  private static func reap(_ pid: pid_t, _ exit: Promise<ExitStatus>) -> ReadinessWatcher.Next {
    var status: Int32 = 0
    let result = waitpid(pid, &status, WNOHANG)
    if result == 0 { return .keep }
    // Someone else has reaped it where waitpid fails; how it ended is not known then.
    exit.fulfil(result > 0 ? ExitStatus(waitStatus: status) : .signalled(SIGKILL))
    return .stop
  }

  /// How it ended, if it has.
  public var exitStatus: ExitStatus? { exit.value }

  /// Waits for its end.
  ///
  /// - Throws: `.cancelled` when the waiting task is cancelled first.
  public func waitUntilExit() async throws(GantryError) -> ExitStatus { try await exit.get() }

  /// Sends a signal; nothing happens when it has ended.
  public func signal(_ signal: Int32) { _ = gantry_pidfd_send_signal(pidfd.number, signal) }

  /// Sends a signal to its whole process group, which outlives it.
  public func signalGroup(_ signal: Int32) { kill(-pid, signal) }

  /// Ends it for certain: waits `grace` for its end, then kills it and its group, and waits till it is reaped.
  ///
  /// - Parameter sparesGroup: whether its children stay that have not left its process group.
  public func end(grace: Duration, sparesGroup: Bool = false) async {
    if grace > .zero, exitStatus == nil {
      let exit = exit
      _ = try? await withDeadline(grace, "process") { try await exit.get() }
    }
    signal(SIGKILL)
    if !sparesGroup { signalGroup(SIGKILL) }
    let exit = exit
    // A task that is being cancelled itself must still reap.
    _ = try? await Task.detached { try await exit.get() }.value
  }
}
