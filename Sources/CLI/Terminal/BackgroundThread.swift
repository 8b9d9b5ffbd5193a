import Errors
import Glibc
import Linux

/// Threads for what blocks: reading a terminal, copying streams, waiting for signals.
package enum BackgroundThread {
  /// Runs `body` on a thread of its own. Nobody joins it: it ends with `body`, or with the process.
  ///
  /// - Throws: `.resourceExhausted` where no thread can be made.
  package static func start(_ body: @escaping @Sendable () -> Void) throws(GantryError) {
    let argument = Unmanaged.passRetained(Body(body)).toOpaque()
    var thread = pthread_t()
    let status = pthread_create(
      &thread, nil,
      { argument in
        if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
      }, argument)
    guard status == 0 else {
      Unmanaged<Body>.fromOpaque(argument).release()
      throw .system("pthread_create", errno: status)
    }
    pthread_detach(thread)
  }

  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }
}
