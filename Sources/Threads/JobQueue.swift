import Glibc
import Synchronization

/// The jobs of a `BlockingThreads` and the threads that run them.
///
/// It is apart from its owner so that the threads, which hold it, do not keep the owner alive.
final class JobQueue: Sendable {
  typealias Job = @Sendable () -> Void

  private struct State {
    var jobs: [Job] = []
    /// Index of the first job not yet taken.
    var head = 0
    var threads = 0
    /// Threads that wait for a job.
    var idle = 0
    var isClosed = false

    var pending: Int { jobs.count - head }

    mutating func next() -> Job? {
      guard head < jobs.count else { return nil }
      let job = jobs[head]
      head += 1
      if head == jobs.count {
        jobs.removeAll(keepingCapacity: true)
        head = 0
      }
      return job
    }
  }

  let name: String
  private let limit: Int
  private let state = Mutex(State())
  private let wakeUp = Semaphore()

  private static let idleSeconds = 10

  init(name: String, limit: Int) {
    self.name = name
    self.limit = limit
  }

  /// The job may be done, and whoever owns the queue gone, as soon as a thread can see it: nothing of the queue is touched
  /// after that.
  func submit(_ job: @escaping Job) -> Bool {
    let needsThread = state.withLock { state in
      state.jobs.append(job)
      if state.idle > 0 { wakeUp.signal() }
      guard state.pending > state.idle, state.threads < limit else { return false }
      state.threads += 1
      return true
    }
    if needsThread, !startThread() {
      let isLost = state.withLock { state in
        state.threads -= 1
        guard state.threads == 0, !state.jobs.isEmpty else { return false }
        state.jobs.removeLast()
        return true
      }
      if isLost { return false }
    }
    return true
  }

  /// Lets the threads go once the jobs are done.
  func close() {
    let threads = state.withLock { state in
      state.isClosed = true
      return state.threads
    }
    for _ in 0..<threads { wakeUp.signal() }
  }

  private func startThread() -> Bool {
    DetachedThread.start(name: name) { self.runJobs() }
  }

  private enum Step {
    case run(Job)
    case wait
    case end
  }

  private func runJobs() {
    var isTired = false
    while true {
      switch nextStep(isTired: isTired) {
      case .run(let job): job()
      case .end: return
      case .wait:
        isTired = !wakeUp.wait(seconds: Self.idleSeconds)
        state.withLock { $0.idle -= 1 }
        continue
      }
      isTired = false
    }
  }

  private func nextStep(isTired: Bool) -> Step {
    state.withLock { state in
      if let job = state.next() { return .run(job) }
      if isTired || state.isClosed {
        state.threads -= 1
        return .end
      }
      state.idle += 1
      return .wait
    }
  }
}
