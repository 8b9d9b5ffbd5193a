import Glibc
import Threads

/// SIGTERM, SIGINT and SIGHUP of this process as a stream; SIGPIPE is ignored.
public struct ProcessSignals: Sendable {
  /// The signals' numbers, as they come.
  public let stream: AsyncStream<Int32>

  /// Must be made before any other thread: the signals are blocked in this one and those it makes.
  public init() {
    signal(SIGPIPE, SIG_IGN)
    var wanted = sigset_t()
    sigemptyset(&wanted)
    for number in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&wanted, number) }
    pthread_sigmask(SIG_BLOCK, &wanted, nil)
    let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
    self.stream = stream
    let set = wanted
    _ = DetachedThread.start(name: "signals") {
      var set = set
      var number: Int32 = 0
      while sigwait(&set, &number) == 0 { continuation.yield(number) }
    }
  }
}
