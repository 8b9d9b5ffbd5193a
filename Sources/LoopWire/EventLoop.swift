import Errors
import Linux

/// A loop over epoll for one thread: descriptors, timers, and work put off to the end of the round.
///
/// Everything happens on the thread that calls `run()`, handlers too; nothing here may be touched by another,
/// and a handler must not run the loop.
/// It may add, modify and remove whatever it likes, itself included.
public final class EventLoop {
  private final class Watch {
    let descriptor: FileDescriptor
    let token: UInt64
    let handler: (Readiness) -> Void

    init(_ descriptor: FileDescriptor, _ token: UInt64, _ handler: @escaping (Readiness) -> Void) {
      self.descriptor = descriptor
      self.token = token
      self.handler = handler
    }
  }

  private let epoll: Epoll
  private var watches: [UInt64: Watch] = [:]
  private var tokens: [Int32: UInt64] = [:]
  private var lastToken: UInt64 = 0
  private var timers: [TimerID: () -> Void] = [:]
  private var timerOrder = TimerHeap()
  private var lastTimer: UInt64 = 0
  private var deferred: [() -> Void] = []
  private var ready: [Epoll.Event] = []
  private var isStopping = false
  /// The connections of a server tell it what they see.
  var quickPeer = QuickPeer()

  /// - Throws: `GantryError` when the kernel has no epoll instance to give.
  public init() throws(GantryError) { epoll = try Epoll() }

  /// Runs until `stop()`.
  ///
  /// - Throws: `GantryError` from epoll_wait(2).
  public func run() throws(GantryError) {
    isStopping = false
    while !isStopping { try turn(timeout: nil) }
  }

  /// Waits once, at most for `timeout`, and handles what is due.
  ///
  /// - Throws: `GantryError` from epoll_wait(2).
  public func runOnce(timeout: Duration) throws(GantryError) { try turn(timeout: timeout) }

  /// Makes `run()` return after the present round.
  public func stop() { isStopping = true }

  private func turn(timeout: Duration?) throws(GantryError) {
    runDeferred()
    if isStopping { return }
    try look(atMost: wait(atMost: timeout))
    if ready.isEmpty { try epoll.wait(timeout: wait(atMost: timeout), into: &ready) }
    for index in ready.indices { watches[ready[index].token]?.handler(Readiness(rawValue: ready[index].bits)) }
    ready.removeAll(keepingCapacity: true)
    runTimers()
    runDeferred()
  }

  /// Looks for events without sleeping, as long as a quick peer is worth it.
  private func look(atMost limit: Duration?) throws(GantryError) {
    guard let patience = quickPeer.takePatience() else { return }
    let end = MonotonicTime.now.advanced(by: limit.map { min($0, patience) } ?? patience)
    repeat { try epoll.wait(timeout: .zero, into: &ready) } while ready.isEmpty && MonotonicTime.now < end
    quickPeer.looked(inVain: ready.isEmpty)
  }

  private func runTimers() {
    guard timerOrder.next != nil else { return }
    let now = MonotonicTime.now
    while let number = timerOrder.takeDue(now) { timers.removeValue(forKey: TimerID(number: number))?() }
  }

  private func wait(atMost limit: Duration?) -> Duration? {
    guard deferred.isEmpty else { return .zero }
    guard let next = timerOrder.next else { return limit }
    let untilNext = max(.zero, MonotonicTime.now.duration(to: next))
    return limit.map { min($0, untilNext) } ?? untilNext
  }

  private func runDeferred() {
    guard !deferred.isEmpty else { return }
    var bodies: [() -> Void] = []
    swap(&bodies, &deferred)
    for body in bodies { body() }
  }
}

extension EventLoop {
  /// Watches a descriptor, level-triggered, and keeps it open until `remove`. One watch for a descriptor.
  ///
  /// - Parameter handler: told what it is ready for; `.error` and `.hangUp` come unasked.
  /// - Throws: `GantryError` from epoll_ctl(2); `.permissionDenied` for regular files.
  public func add(
    _ descriptor: FileDescriptor, _ interest: Readiness, handler: @escaping (Readiness) -> Void
  ) throws(GantryError) {
    lastToken += 1
    try epoll.add(descriptor, bits: interest.rawValue, token: lastToken)
    watches[lastToken] = Watch(descriptor, lastToken, handler)
    tokens[descriptor.number] = lastToken
  }

  /// Changes what a watched descriptor is watched for.
  ///
  /// - Throws: `GantryError`: `.notFound` if it is not watched; else from epoll_ctl(2).
  public func modify(_ descriptor: FileDescriptor, _ interest: Readiness) throws(GantryError) {
    guard let token = tokens[descriptor.number] else {
      throw GantryError(.notFound, "descriptor \(descriptor.number) is not watched; add it first")
    }
    try epoll.modify(descriptor, bits: interest.rawValue, token: token)
  }

  /// Watches a descriptor no more: its handler is not called again. Without effect if it is not watched.
  public func remove(_ descriptor: FileDescriptor) {
    guard let token = tokens.removeValue(forKey: descriptor.number) else { return }
    epoll.remove(descriptor)
    // The handler may be running: what it holds must not go under its feet.
    if let watch = watches.removeValue(forKey: token) { `defer` { withExtendedLifetime(watch) {} } }
  }

  /// Calls `body` once, `delay` from now.
  @discardableResult
  public func addTimer(after delay: Duration, _ body: @escaping () -> Void) -> TimerID {
    lastTimer += 1
    let timer = TimerID(number: lastTimer)
    timers[timer] = body
    timerOrder.add(MonotonicTime.now.advanced(by: delay), timer.number)
    return timer
  }

  /// Without effect if the timer has run or was cancelled before.
  public func cancelTimer(_ timer: TimerID) {
    guard timers.removeValue(forKey: timer) != nil else { return }
    timerOrder.compact(live: timers.count) { timers[TimerID(number: $0)] != nil }
  }

  /// Calls `body` at the end of this round, or before the next wait.
  public func `defer`(_ body: @escaping () -> Void) { deferred.append(body) }
}
