import CLinux
import Errors
import Glibc
import Linux
import Synchronization
import Threads

/// One thread that waits for descriptors to become readable: the ends of children, the lines of plugins.
///
/// Handlers run on that thread and must not block.
final class ReadinessWatcher: Sendable {
  /// Whether a handler wants to be called again.
  enum Next: Sendable {
    case keep, stop
  }

  private struct Entry {
    let descriptor: FileDescriptor
    let handler: @Sendable () -> Next
  }

  private let epoll: FileDescriptor
  private let entries = Mutex<[Int32: Entry]>([:])

  private static let instance = Mutex<ReadinessWatcher?>(nil)

  /// The process's one watcher, made at first use.
  static func shared() throws(GantryError) -> ReadinessWatcher {
    let result: Result<ReadinessWatcher, GantryError> = instance.withLock { instance in
      if let instance { return .success(instance) }
      do throws(GantryError) {
        let watcher = try ReadinessWatcher()
        instance = watcher
        return .success(watcher)
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  private init() throws(GantryError) {
    epoll = FileDescriptor(adopting: try retryingOnInterrupt("epoll_create1") { epoll_create1(O_CLOEXEC) })
    guard DetachedThread.start(name: "watch", { self.run() }) else {
      throw GantryError(.resourceExhausted, "no thread to watch processes: raise the limit of processes (ulimit -u)")
    }
  }

  /// Calls `handler` whenever `descriptor` is readable or at its end, until it answers `.stop`.
  func watch(_ descriptor: FileDescriptor, _ handler: @escaping @Sendable () -> Next) throws(GantryError) {
    entries.withLock { $0[descriptor.number] = Entry(descriptor: descriptor, handler: handler) }
    var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(fd: descriptor.number))
    do throws(GantryError) {
      try retryingOnInterrupt("epoll_ctl") { epoll_ctl(epoll.number, EPOLL_CTL_ADD, descriptor.number, &event) }
    } catch {
      entries.withLock { _ = $0.removeValue(forKey: descriptor.number) }
      throw error
    }
  }

  private func run() {
    var events = [epoll_event](repeating: epoll_event(), count: 64)
    while true {
      let count = epoll_wait(epoll.number, &events, Int32(events.count), -1)
      for event in events.prefix(max(Int(count), 0)) { call(event.data.fd) }
    }
  }

  private func call(_ number: Int32) {
    guard let entry = entries.withLock({ $0[number] }), entry.handler() == .stop else { return }
    _ = epoll_ctl(epoll.number, EPOLL_CTL_DEL, number, nil)
    entries.withLock { _ = $0.removeValue(forKey: number) }
  }
}
