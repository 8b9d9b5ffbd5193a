import CLauncher
import CLinux
import Errors
import Glibc
import Linux

/// A process that the launcher made. The caller is its parent and reaps it (waitid on `pidfd`) once it has started.
///
/// For use by one thread.
public final class LaunchedProcess {
  /// As the caller sees it.
  public let pid: Int32

  /// Readable when the process has ended.
  public let pidfd: FileDescriptor

  /// The master of the process's terminal where it has one.
  public let terminal: FileDescriptor?

  /// This end of the pair over which the child reports; nil once it runs.
  private var channel: FileDescriptor?

  init(pid: Int32, pidfd: FileDescriptor, terminal: FileDescriptor?, channel: FileDescriptor?) {
    self.pid = pid
    self.pidfd = pidfd
    self.terminal = terminal
    self.channel = channel
  }

  /// Lets the created process execute its command, and waits until it has.
  ///
  /// - Throws: `.notFound` where the command is not there (exit code 127), `.permissionDenied` where it cannot be
  ///   executed (126), anything else for other failures; the process is gone and reaped then.
  ///   `.failedPrecondition` where it was started before, or waits at a gate of another kind.
  public func start(timeout: Duration = .seconds(30)) throws(GantryError) {
    guard let channel else {
      throw GantryError(.failedPrecondition, "process \(pid) was started before; a process starts once")
    }
    self.channel = nil
    var report = gl_report()
    guard gl_start(channel.number, timeout.milliseconds, &report) == 0 else {
      abandon()
      throw GantryError(report)
    }
  }

  /// Kills a process that was created and is not wanted after all, and reaps it.
  public func abandon() {
    channel = nil
    gl_abandon(pidfd.number)
  }
}
