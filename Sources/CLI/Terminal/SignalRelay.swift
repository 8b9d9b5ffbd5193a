import CLinux
import Errors
import Glibc
import Linux
import Synchronization

/// Signals as values. A handler may do next to nothing, so it only passes the number on through a pipe.
package final class SignalRelay: Sendable {
  /// The signals that came, in order.
  package let signals: AsyncStream<Int32>
  private let previous: [(signal: Int32, action: sigaction)]
  private let writeEnd: FileDescriptor

  /// Where the handler writes: a handler can reach nothing but what is global.
  private static let pipeNumber = Atomic<Int32>(-1)

  /// Catches `signals`. One relay at a time: the process has one set of handlers.
  ///
  /// - Parameter first: is called on the relay's thread with each signal before it is passed on.
  /// - Throws: `GantryError` where there is no pipe or thread to be had.
  package init(_ caught: [Int32], first: @escaping @Sendable (Int32) -> Void = { _ in }) throws(GantryError) {
    let (readEnd, writeEnd) = try FileDescriptor.pipe()
    // A full pipe must not stop the handler.
    try writeEnd.setNonBlocking(true)
    self.writeEnd = writeEnd
    let (signals, continuation) = AsyncStream.makeStream(of: Int32.self)
    self.signals = signals
    try BackgroundThread.start {
      // Whoever started us may have blocked them.
      var set = sigset_t()
      sigemptyset(&set)
      for signal in caught { sigaddset(&set, signal) }
      pthread_sigmask(SIG_UNBLOCK, &set, nil)
      var byte: UInt8 = 0
      while (try? retryingOnInterrupt("read", "", { Glibc.read(readEnd.number, &byte, 1) })) == 1 {
        first(Int32(byte))
        continuation.yield(Int32(byte))
      }
      continuation.finish()
    }
    Self.pipeNumber.store(writeEnd.number, ordering: .releasing)
    var previous: [(Int32, sigaction)] = []
    for signal in caught {
      var action = sigaction()
      action.__sigaction_handler.sa_handler = { signal in
        let errno = gantry_errno()
        var byte = UInt8(truncatingIfNeeded: signal)
        _ = Glibc.write(SignalRelay.pipeNumber.load(ordering: .acquiring), &byte, 1)
        gantry_set_errno(errno)
      }
      action.sa_flags = SA_RESTART
      var old = sigaction()
      if sigaction(signal, &action, &old) == 0 { previous.append((signal, old)) }
    }
    self.previous = previous
  }

  /// Gives the signals back to who had them.
  package func stop() {
    for (signal, action) in previous {
      var action = action
      sigaction(signal, &action, nil)
    }
    Self.pipeNumber.store(-1, ordering: .releasing)
  }

  deinit { stop() }

  /// Ends the process as `signal` does where nobody catches it.
  package static func die(of signal: Int32) {
    Glibc.signal(signal, SIG_DFL)
    kill(getpid(), signal)
  }
}
