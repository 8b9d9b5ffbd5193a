import Errors
import Glibc

/// Runs `body` on a thread made for it alone and waits for the answer.
///
/// For what changes the thread itself, such as setns(2) or unshare(2): the thread ends with it, so no other code ever
/// runs in the changed state. A thread costs about 30 microseconds.
///
/// - Throws: what `body` throws, or `.resourceExhausted` where no thread can be made.
public func onFreshThread<Result: Sendable>(
  _ body: @escaping @Sendable () throws(GantryError) -> Result
) throws(GantryError) -> Result {
  let job = FreshThreadJob(body)
  var thread = pthread_t()
  let argument = Unmanaged.passRetained(job).toOpaque()
  let status = pthread_create(
    &thread, nil,
    { argument in
      guard let argument else { return nil }
      Unmanaged<AnyFreshThreadJob>.fromOpaque(argument).takeRetainedValue().run()
      return nil
    }, argument)
  guard status == 0 else {
    Unmanaged<AnyFreshThreadJob>.fromOpaque(argument).release()
    throw .system("pthread_create", errno: status)
  }
  pthread_join(thread, nil)
  guard let result = job.result else { throw GantryError(.internal, "a thread ended without an answer") }
  return try result.get()
}

/// What a thread runs, its result type hidden from the C side.
private class AnyFreshThreadJob {
  func run() {}
}

private final class FreshThreadJob<Value: Sendable>: AnyFreshThreadJob {
  private let body: @Sendable () throws(GantryError) -> Value
  private(set) var result: Result<Value, GantryError>?

  init(_ body: @escaping @Sendable () throws(GantryError) -> Value) { self.body = body }

  override func run() {
    do throws(GantryError) {
      result = .success(try body())
    } catch {
      result = .failure(error)
    }
  }
}
