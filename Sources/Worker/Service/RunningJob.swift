import Errors
import Linux
import LoopWire
import Synchronization
import Threads

/// A job that blocks, on a thread of its own, and what it tells the loop's thread.
///
/// The job's thread leaves its news under a lock and signals a descriptor; the loop fetches them. News of progress that
/// nobody fetched in time is replaced by the next.
final class RunningJob {
  typealias Outcome = Result<Void, GantryError>

  private struct News: Sendable {
    var progress: [UInt8]?
    var result: Result<[UInt8], GantryError>?
  }

  /// What the job's thread sees of it.
  final class Reporter: Sendable {
    private let news = Mutex(News())
    private let event: EventDescriptor

    fileprivate init(_ event: EventDescriptor) { self.event = event }

    /// Tells how far the job is, ten times a second at most.
    func report(_ encode: @escaping (Int64, Int64) -> [UInt8]) -> (Int64, Int64) -> Void {
      var last = MonotonicTime.now
      return { [self] current, total in
        let now = MonotonicTime.now
        guard last.duration(to: now) >= .milliseconds(100) else { return }
        last = now
        let message = encode(current, total)
        news.withLock { $0.progress = message }
        event.signal()
      }
    }

    fileprivate func end(_ result: Result<[UInt8], GantryError>) {
      news.withLock { $0.result = result }
      event.signal()
    }

    fileprivate func take() -> (progress: [UInt8]?, result: Result<[UInt8], GantryError>?) {
      event.clear()
      return news.withLock { news in
        defer { news = News() }
        return (news.progress, news.result)
      }
    }
  }

  private let event: EventDescriptor
  private let reporter: Reporter
  private let send: ([UInt8]) throws(GantryError) -> Void
  private let end: (Outcome) -> Void

  /// - Parameters:
  ///   - send: sends one message to whoever waits; called on the loop's thread.
  ///   - end: ends the answer; called there too, once.
  init(
    sending send: @escaping ([UInt8]) throws(GantryError) -> Void, ending end: @escaping (Outcome) -> Void
  ) throws(GantryError) {
    event = try EventDescriptor()
    reporter = Reporter(event)
    self.send = send
    self.end = end
  }

  func watch(on loop: EventLoop) throws(GantryError) {
    try loop.add(event.descriptor, .readable) { [unowned self, unowned loop] _ in fetch(loop) }
  }

  /// Starts the job; what it returns is the last message.
  ///
  /// - Throws: `.resourceExhausted` where the system gives no thread.
  func start(_ job: @escaping @Sendable (Reporter) throws -> [UInt8]) throws(GantryError) {
    let reporter = reporter
    let isStarted = DetachedThread.start(name: "job") {
      do {
        reporter.end(.success(try job(reporter)))
      } catch {
        reporter.end(.failure(error as? GantryError ?? GantryError(.internal, "\(error)")))
      }
    }
    guard isStarted else { throw GantryError(.resourceExhausted, "the system gives the worker no thread") }
  }

  private func fetch(_ loop: EventLoop) {
    let news = reporter.take()
    do throws(GantryError) {
      if let progress = news.progress { try send(progress) }
      guard let result = news.result else { return }
      loop.remove(event.descriptor)
      try send(try result.get())
      end(.success(()))
    } catch {
      end(.failure(error))
    }
  }
}
