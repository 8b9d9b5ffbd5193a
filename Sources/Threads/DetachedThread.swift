import CLinux
import Errors
import Glibc
import Synchronization

/// A thread of its own for one piece of work, gone when that is done.
///
/// For work that changes the thread itself, such as moving it into a new namespace: such a thread must
/// never be used again for anything else.
public enum DetachedThread {
  private final class Work {
    let name: String
    let body: @Sendable () -> Void
    init(name: String, body: @escaping @Sendable () -> Void) {
      self.name = name
      self.body = body
    }
  }

  /// Starts the thread with every signal blocked.
  ///
  /// - Returns: whether the system gave one; `body` does not run else.
  public static func start(name: String, _ body: @escaping @Sendable () -> Void) -> Bool {
    let work = Unmanaged.passRetained(Work(name: name, body: body))
    var thread = pthread_t()
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &before)
    let result = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        let work = Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
        _ = work.name.withCString { gantry_prctl(PR_SET_NAME, UInt(bitPattern: $0)) }
        work.body()
        return nil
      }, work.toOpaque())
    pthread_sigmask(SIG_SETMASK, &before, nil)
    guard result == 0 else {
      work.release()
      return false
    }
    pthread_detach(thread)
    return true
  }

  /// Runs `body` on a thread of its own and waits for its value.
  ///
  /// - Throws: what `body` throws; `.resourceExhausted` where the system gives no thread.
  public static func run<Value: Sendable>(
    name: String, _ body: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      let isStarted = start(name: name) { continuation.resume(with: Result { try body() }) }
      if !isStarted { continuation.resume(throwing: ThreadError.unavailable(name)) }
    }
  }

  private final class Answer<Value: Sendable>: Sendable {
    let result = Mutex<Result<Value, GantryError>?>(nil)
    let isThere = Semaphore()
  }

  /// Runs `body` on a thread of its own while the calling thread waits. About 30 microseconds.
  ///
  /// For what changes the thread itself, such as setns(2) or unshare(2): no other code ever runs in the changed
  /// state. Never from a task of the cooperative pool.
  ///
  /// - Throws: what `body` throws; `.resourceExhausted` where the system gives no thread.
  public static func runBlocking<Value: Sendable>(
    name: String, _ body: @escaping @Sendable () throws(GantryError) -> Value
  ) throws(GantryError) -> Value {
    let answer = Answer<Value>()
    let isStarted = start(name: name) {
      let result: Result<Value, GantryError>
      do throws(GantryError) { result = .success(try body()) } catch { result = .failure(error) }
      answer.result.withLock { $0 = result }
      answer.isThere.signal()
    }
    guard isStarted else { throw ThreadError.unavailable(name) }
    answer.isThere.wait()
    guard let result = answer.result.withLock({ $0 }) else {
      throw GantryError(.internal, "thread \(name) ended without an answer")
    }
    return try result.get()
  }
}
