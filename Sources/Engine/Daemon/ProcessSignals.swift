import Glibc

/// SIGTERM, SIGINT and SIGHUP of this process, waited for by the main thread.
///
/// The main thread must stay out of Swift's async main for that: there libdispatch unblocks every signal.
public enum ProcessSignals {
  /// Blocks the signals in this thread and in all that it makes; SIGPIPE is ignored.
  public static func block() {
    signal(SIGPIPE, SIG_IGN)
    var set = wanted
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// The number of the next signal.
  public static func wait() -> Int32 {
    var set = wanted
    var number: Int32 = 0
    while sigwait(&set, &number) != 0 {}
    return number
  }

  private static var wanted: sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for number in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&set, number) }
    return set
  }
}
