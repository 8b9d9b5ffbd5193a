import Glibc
import Linux
import Processes

/// SIGTERM, SIGINT and SIGHUP of this process, waited for by the main thread, which also reaps orphans meanwhile.
///
/// The main thread must stay out of Swift's async main for that: there libdispatch unblocks every signal.
public struct ProcessSignals {
  private var orphans = OrphanReaper()
  private var nextSweep: MonotonicTime?

  /// Blocks the signals in this thread and in all that it makes; SIGPIPE is ignored.
  public init() {
    signal(SIGPIPE, SIG_IGN)
    var set = Self.wanted
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// The number of the next signal.
  public mutating func wait() -> Int32 {
    var set = Self.wanted
    while true {
      let number = next(&set)
      if number > 0, number != SIGCHLD { return number }
      if number == SIGCHLD, nextSweep == nil { nextSweep = MonotonicTime.now.advanced(by: OrphanReaper.pause) }
      guard let due = nextSweep, due <= .now else { continue }
      orphans.sweep()
      nextSweep = orphans.isPending ? MonotonicTime.now.advanced(by: OrphanReaper.pause) : nil
    }
  }

  /// The next signal, or 0 when it is time to sweep.
  private func next(_ set: inout sigset_t) -> Int32 {
    guard let nextSweep else { return max(0, sigwaitinfo(&set, nil)) }
    let (seconds, attoseconds) = max(.zero, MonotonicTime.now.duration(to: nextSweep)).components
    var pause = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
    return max(0, sigtimedwait(&set, nil, &pause))
  }

  private static var wanted: sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for number in [SIGTERM, SIGINT, SIGHUP, SIGCHLD] { sigaddset(&set, number) }
    return set
  }
}
