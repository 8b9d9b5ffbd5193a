import CLinux
import Errors
import Glibc
import Linux

extension Cgroup {
  /// Sends SIGKILL to every process of the container and waits until none is left. Their parent reaps them: one that
  /// waits for that must not be the caller.
  ///
  /// - Throws: `.deadlineExceeded` naming processes that are still there.
  public func killAll(timeout: Duration = .seconds(10)) throws(GantryError) {
    let deadline = MonotonicTime.now.advanced(by: timeout)
    var rounds = 0
    while true {
      let left = try processes()
      if left.isEmpty { return }
      rounds += 1
      // Whoever forks faster than it is killed is stopped first; v2 kills all at once.
      if rounds > 20, layout.kind != .v2 { try? freeze(timeout: .milliseconds(100)) }
      try signalAll(SIGKILL, left)
      guard MonotonicTime.now < deadline else {
        let names = left.prefix(5).map(String.init).joined(separator: ", ")
        throw GantryError(
          .deadlineExceeded,
          "processes \(names) of cgroup \(path) did not end within \(timeout) of SIGKILL; they hang in the kernel")
      }
      usleep(500)
    }
  }

  /// Sends a signal to every process of the container, once.
  ///
  /// - Throws: `GantryError` from reading the list of processes.
  public func signalAll(_ signal: Int32) throws(GantryError) {
    try signalAll(signal, processes())
  }

  private func signalAll(_ signal: Int32, _ processes: [Int32]) throws(GantryError) {
    if signal == SIGKILL, layout.kind == .v2, let directory = unifiedDirectory, directory.has("cgroup.kill") {
      try directory.write("cgroup.kill", "1")
      return
    }
    for process in processes { _ = kill(process, signal) }
    // A frozen process takes its SIGKILL when it thaws.
    if signal == SIGKILL, layout.kind != .v2, isFrozen { try? thaw(timeout: .zero) }
  }
}
