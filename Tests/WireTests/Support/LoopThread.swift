import Errors
import Glibc
import Linux
import LoopWire
import Synchronization

/// An event loop on a thread of its own, for tests that talk to it from outside.
final class LoopThread: Sendable {
  private let wake: EventDescriptor
  private let work = Mutex<[@Sendable (EventLoop) -> Void]>([])

  init() throws {
    wake = try EventDescriptor()
    var thread = pthread_t()
    let context = Unmanaged.passRetained(self).toOpaque()
    let failure = pthread_create(
      &thread, nil,
      { context in
        if let context { Unmanaged<LoopThread>.fromOpaque(context).takeRetainedValue().run() }
        return nil
      }, context)
    if failure != 0 { throw GantryError.system("pthread_create", errno: failure) }
    pthread_detach(thread)
  }

  private func run() {
    do {
      let loop = try EventLoop()
      try loop.add(wake.descriptor, .readable) { [self] _ in
        wake.clear()
        let bodies = work.withLock { work in
          defer { work = [] }
          return work
        }
        for body in bodies { body(loop) }
      }
      try loop.run()
    } catch {
      // The test that waits for an answer fails by its deadline.
      print("event loop failed: \(error)")
    }
  }

  /// Runs `body` on the loop's thread, some time.
  func perform(_ body: @escaping @Sendable (EventLoop) -> Void) {
    work.withLock { $0.append(body) }
    wake.signal()
  }

  func stop() { perform { $0.stop() } }
}
