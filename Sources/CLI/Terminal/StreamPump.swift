import Errors
import Glibc
import Linux
import Synchronization

/// Copies between the console and a process's streams, on a thread of its own.
package final class StreamPump: Sendable {
  /// Why copying has ended.
  package enum End: Sendable, Equatable {
    /// All output is written.
    case outputEnded
    /// The detach keys were typed.
    case detached
    /// The process is gone, and a stream that some child of it holds open has been silent since.
    case silent
    /// Nobody reads what is written any more.
    case outputClosed
    /// What is written cannot be, for this reason, an errno.
    case outputFailed(Int32)
  }

  private struct State {
    var end: End?
    var waiting: CheckedContinuation<End, Never>?
  }

  private let state = Mutex(State())
  private let wake: FileDescriptor

  /// Starts copying.
  ///
  /// - Parameters:
  ///   - streams: the process's.
  ///   - isTerminal: whether input and output are one socket.
  ///   - keys: what ends the copying from the keyboard; nil for nothing.
  /// - Throws: `GantryError` where there is no pipe or thread to be had.
  package init(
    _ streams: consuming AttachedStreams, isTerminal: Bool, console: Console, keys: DetachKeys?
  ) throws(GantryError) {
    let (readEnd, writeEnd) = try FileDescriptor.pipe(O_NONBLOCK)
    wake = writeEnd
    try streams.input?.setNonBlocking(true)
    let loop = StreamLoop(streams, isTerminal: isTerminal, console: console, keys: keys, wake: readEnd)
    try BackgroundThread.start { [weak self] in
      let end = loop.run()
      self?.finish(end)
    }
  }

  /// Returns when copying has ended.
  package func finished() async -> End {
    await withCheckedContinuation { continuation in
      let end = state.withLock { state in
        if state.end == nil { state.waiting = continuation }
        return state.end
      }
      if let end { continuation.resume(returning: end) }
    }
  }

  /// Says that the process is gone: from now on copying ends with the output, or when that is silent for a while.
  package func processHasExited() { _ = try? wake.writeAll([1]) }

  private func finish(_ end: End) {
    let waiting = state.withLock { state in
      state.end = end
      defer { state.waiting = nil }
      return state.waiting
    }
    waiting?.resume(returning: end)
  }
}
