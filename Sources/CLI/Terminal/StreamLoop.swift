import Errors
import Glibc
import Linux
import Synchronization

/// The copying itself: one poll(2) loop over the console's input and the process's streams.
final class StreamLoop: Sendable {
  /// How long a stream may be silent once the process is gone.
  private static let drainInMilliseconds: Int32 = 2000

  private struct State {
    var streams: AttachedStreams
    /// Typed, and not yet taken by the process.
    var pending: [UInt8] = []
    var inputHasEnded = false
    var hasExited = false
    var filter: DetachFilter?
  }

  private let isTerminal: Bool
  private let console: Console
  private let wake: FileDescriptor
  private let state: Mutex<State>

  init(
    _ streams: consuming AttachedStreams, isTerminal: Bool, console: Console, keys: DetachKeys?, wake: FileDescriptor
  ) {
    self.isTerminal = isTerminal
    self.console = console
    self.wake = wake
    state = Mutex(State(streams: streams, filter: keys.map { DetachFilter($0) }))
  }

  /// Copies to the end. Only the loop's own thread calls it, and nobody else takes the lock.
  func run() -> StreamPump.End {
    state.withLock { state in
      // Pages that no byte comes through are never touched.
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
      defer { buffer.deallocate() }
      while true {
        if let end = step(&state, buffer) { return end }
      }
    }
  }

  private func step(_ state: inout State, _ buffer: UnsafeMutableRawBufferPointer) -> StreamPump.End? {
    guard state.streams.output != nil || state.streams.error != nil || state.streams.input != nil else {
      return .outputEnded
    }
    var polled: [pollfd] = []
    func add(_ descriptor: FileDescriptor?, _ events: Int32) -> Int? {
      guard let descriptor else { return nil }
      polled.append(pollfd(fd: descriptor.number, events: Int16(events), revents: 0))
      return polled.count - 1
    }
    let wakeUp = add(state.hasExited ? nil : wake, POLLIN)
    let wantsInput = state.streams.input != nil && state.pending.isEmpty && !state.inputHasEnded
    let keyboard = add(wantsInput ? console.input : nil, POLLIN)
    // Polled without anything to write as well: a reader that goes away shows as an error.
    let sink = add(state.streams.input, state.pending.isEmpty ? 0 : POLLOUT)
    let output = add(state.streams.output, POLLIN)
    let error = add(state.streams.error, POLLIN)
    let count = poll(&polled, nfds_t(polled.count), state.hasExited ? Self.drainInMilliseconds : -1)
    if count == 0 { return .silent }
    guard count > 0 else { return nil }
    func isReady(_ place: Int?, _ events: Int32) -> Bool {
      place.map { Int32(polled[$0].revents) & events != 0 } ?? false
    }
    let some = POLLIN | POLLHUP | POLLERR
    if isReady(wakeUp, some) { state.hasExited = true }
    if isReady(output, some), !copy(state.streams.output, console.output, buffer) {
      switch Glibc.errno {
      case 0: break
      case EPIPE: return .outputClosed
      case let reason: return .outputFailed(reason)
      }
      state.streams.output = nil
      // With a terminal the one socket has ended both ways.
      if isTerminal { return .outputEnded }
    }
    if isReady(error, some), !copy(state.streams.error, console.error, buffer) { state.streams.error = nil }
    if isReady(sink, POLLERR | POLLNVAL) {
      state.streams.input = nil
      state.pending = []
    } else if isReady(sink, POLLOUT) {
      flush(&state)
    }
    if isReady(keyboard, some), take(&state, buffer) { return .detached }
    if state.streams.output == nil, state.streams.error == nil, state.hasExited { return .outputEnded }
    return nil
  }

  /// - Returns: false at the end of `source`, with errno zero, or where `target` takes nothing any more.
  private func copy(
    _ source: FileDescriptor?, _ target: FileDescriptor, _ buffer: UnsafeMutableRawBufferPointer
  ) -> Bool {
    guard let source else { return false }
    let count = (try? source.read(into: buffer)) ?? 0
    guard count > 0 else {
      Glibc.errno = 0
      return false
    }
    var written = 0
    while written < count {
      let result = Glibc.write(target.number, buffer.baseAddress?.advanced(by: written), count - written)
      if result >= 0 {
        written += result
      } else if Glibc.errno == EAGAIN {
        var room = pollfd(fd: target.number, events: Int16(POLLOUT), revents: 0)
        poll(&room, 1, -1)
      } else if Glibc.errno != EINTR {
        return false
      }
    }
    return true
  }

  /// Reads what was typed.
  ///
  /// - Returns: whether the detach keys were among it.
  private func take(_ state: inout State, _ buffer: UnsafeMutableRawBufferPointer) -> Bool {
    let count = (try? console.input.read(into: buffer)) ?? 0
    var isDetached = false
    if count == 0 {
      state.inputHasEnded = true
      if var filter = state.filter { state.pending += filter.remainder() }
    } else if var filter = state.filter {
      let (forward, detached) = filter.filter(buffer[..<count])
      state.filter = filter
      state.pending += forward
      isDetached = detached
    } else {
      state.pending += buffer[..<count]
    }
    flush(&state)
    return isDetached
  }

  private func flush(_ state: inout State) {
    guard let input = state.streams.input else { return }
    while !state.pending.isEmpty {
      let count = state.pending.withUnsafeBytes { Glibc.write(input.number, $0.baseAddress, $0.count) }
      if count > 0 {
        state.pending.removeFirst(count)
      } else if Glibc.errno == EAGAIN {
        return
      } else if Glibc.errno != EINTR {
        state.pending = []
        state.inputHasEnded = true
      }
    }
    guard state.inputHasEnded else { return }
    if isTerminal { shutdown(input.number, Int32(SHUT_WR)) }
    state.streams.input = nil
  }
}
