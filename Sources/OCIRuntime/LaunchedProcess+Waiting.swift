import CLinux
import Glibc
import Launcher

/// The process that signals are passed on to; a handler can reach nothing but a global.
nonisolated(unsafe) private var foreground: pid_t = 0

extension LaunchedProcess {
  /// Waits for the end of the process.
  ///
  /// - Returns: its exit code, or 128 and the signal that ended it.
  func wait(passingSignals: Bool) -> Int32 {
    if passingSignals {
      // Written before any handler is installed, read by handlers of this one thread.
      foreground = pid
      for number in [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGCONT, SIGWINCH] {
        signal(number) { number in _ = kill(foreground, number) }
      }
    }
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0 {
      guard gantry_errno() == EINTR else { return 1 }
    }
    let ending = status & 0x7F
    return ending == 0 ? (status >> 8) & 0xFF : 128 + ending
  }
}
