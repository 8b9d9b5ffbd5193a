import Errors
import Glibc
import Linux
import Synchronization

/// The one thread of the process that waits for sockets and timers, for all connections together, and that runs what
/// follows from what comes in: as a task executor, see `WireExecutor`.
///
/// It is started by the first connection. Its callbacks run on that thread and must neither block nor take long.
final class Reactor: TaskExecutor {
  /// Names a watched descriptor.
  typealias Token = UInt64

  private struct State {
    var handlers: [Token: @Sendable (UInt32) -> Void] = [:]
    var lastToken: Token = 1
    var timers: [Timer: @Sendable () -> Void] = [:]
    var order = TimerHeap()
    var lastTimer: UInt64 = 0
    /// Until when the thread sleeps.
    var wakesAt: MonotonicTime?
    var jobs: [UnownedJob] = []
    /// Whether the thread waits, or is about to, and has not been woken.
    var isWaiting = false
  }

  struct Timer: Hashable, Sendable {
    let number: UInt64
  }

  /// The token of the descriptor that wakes the thread.
  private static let wakeToken: Token = 0

  private let epoll: Epoll
  private let wake: EventDescriptor
  private let state = Mutex(State())
  private let hasThread = Atomic(false)

  private static let instance: Result<Reactor, GantryError> = {
    do throws(GantryError) {
      return .success(try Reactor())
    } catch {
      return .failure(error.wrapped("input and output cannot be set up"))
    }
  }()

  private static let thread: Result<Void, GantryError> = {
    do throws(GantryError) {
      return .success(try instance.get().start())
    } catch {
      return .failure(error.wrapped("input and output cannot be set up"))
    }
  }()

  /// The reactor of this process.
  ///
  /// - Throws: `GantryError` when it could not be set up.
  static func shared() throws(GantryError) -> Reactor {
    let reactor = try instance.get()
    if !reactor.hasThread.load(ordering: .acquiring) { try thread.get() }
    return reactor
  }

  /// Makes the calling thread the reactor's, for good. Before anything else asks for one.
  ///
  /// - Throws: `GantryError` when it could not be set up.
  static func take(_ body: (Reactor) -> Void) throws(GantryError) -> Never {
    let reactor = try instance.get()
    reactor.hasThread.store(true, ordering: .releasing)
    body(reactor)
    reactor.run()
  }

  private init() throws(GantryError) {
    epoll = try Epoll()
    wake = try EventDescriptor()
    try epoll.add(wake.descriptor, bits: 1, token: Self.wakeToken)
  }

  private func start() throws(GantryError) {
    hasThread.store(true, ordering: .releasing)
    var thread = pthread_t()
    let context = Unmanaged.passRetained(self).toOpaque()
    let failure = pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        // Signals are for the threads that expect them.
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, nil)
        Unmanaged<Reactor>.fromOpaque(context).takeRetainedValue().run()
      }, context)
    guard failure == 0 else { throw .system("pthread_create", errno: failure) }
    pthread_detach(thread)
  }

  private func run() -> Never {
    var events: [Epoll.Event] = []
    while true {
      let pause: Duration? = state.withLock { state in
        guard state.jobs.isEmpty else { return .zero }
        state.isWaiting = true
        state.wakesAt = state.order.next
        return state.wakesAt.map { max(.zero, MonotonicTime.now.duration(to: $0)) }
      }
      // Nothing it could fail with can happen to a descriptor of our own that is never closed.
      try? epoll.wait(timeout: pause, into: &events)
      state.withLock { $0.isWaiting = false }
      for event in events {
        if event.token == Self.wakeToken {
          wake.clear()
        } else if let handler = state.withLock({ $0.handlers[event.token] }) {
          handler(event.bits)
        }
      }
      events.removeAll(keepingCapacity: true)
      runTimers()
      runJobs()
    }
  }

  /// Those that are there; what they bring about comes after a look at the sockets.
  private func runJobs() {
    let jobs = state.withLock { state in
      defer { state.jobs.removeAll(keepingCapacity: true) }
      return state.jobs
    }
    for job in jobs { job.runSynchronously(on: asUnownedTaskExecutor()) }
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let mustWake = state.withLock { state in
      state.jobs.append(job)
      defer { state.isWaiting = false }
      return state.isWaiting
    }
    if mustWake { wake.signal() }
  }

  private func runTimers() {
    let due: [@Sendable () -> Void] = state.withLock { state in
      guard state.order.next != nil else { return [] }
      let now = MonotonicTime.now
      var due: [@Sendable () -> Void] = []
      while let number = state.order.takeDue(now) {
        if let body = state.timers.removeValue(forKey: Timer(number: number)) { due.append(body) }
      }
      return due
    }
    for body in due { body() }
  }
}

extension Reactor {
  /// Watches a descriptor, level-triggered, until `remove`; the caller keeps it open.
  ///
  /// - Throws: `GantryError` from epoll_ctl(2).
  func add(
    _ descriptor: FileDescriptor, bits: UInt32, _ handler: @escaping @Sendable (UInt32) -> Void
  ) throws(GantryError) -> Token {
    let token = state.withLock { state in
      state.lastToken += 1
      state.handlers[state.lastToken] = handler
      return state.lastToken
    }
    do throws(GantryError) {
      try epoll.add(descriptor, bits: bits, token: token)
    } catch {
      state.withLock { $0.handlers[token] = nil }
      throw error
    }
    return token
  }

  /// Changes what a descriptor is watched for. With 0 it is not watched at all: epoll would go on and on
  /// about a peer that has hung up.
  func change(_ descriptor: FileDescriptor, from old: UInt32, to new: UInt32, _ token: Token) {
    // Neither can fail for a descriptor that was watched before.
    if new == 0 {
      epoll.remove(descriptor)
    } else if old == 0 {
      try? epoll.add(descriptor, bits: new, token: token)
    } else {
      try? epoll.modify(descriptor, bits: new, token: token)
    }
  }

  /// Watches a descriptor no more. A call of its handler that is under way still ends.
  func remove(_ descriptor: FileDescriptor, _ token: Token) {
    epoll.remove(descriptor)
    state.withLock { $0.handlers[token] = nil }
  }

  /// Calls `body` once, `delay` from now.
  func addTimer(after delay: Duration, _ body: @escaping @Sendable () -> Void) -> Timer {
    let time = MonotonicTime.now.advanced(by: delay)
    let (timer, mustWake) = state.withLock { state in
      state.lastTimer += 1
      let timer = Timer(number: state.lastTimer)
      state.timers[timer] = body
      state.order.add(time, timer.number)
      return (timer, state.isWaiting && (state.wakesAt.map { time < $0 } ?? true))
    }
    if mustWake { wake.signal() }
    return timer
  }

  /// Without effect if the timer has run or was cancelled before.
  func cancel(_ timer: Timer) {
    state.withLock { state in
      guard state.timers.removeValue(forKey: timer) != nil else { return }
      let timers = state.timers
      state.order.compact(live: timers.count) { timers[Timer(number: $0)] != nil }
    }
  }
}
