import Errors
import Linux
import Synchronization

/// Takes connections from a listening socket, on the reactor's thread.
final class Acceptor: Sendable {
  /// How long to accept nothing when the process has no descriptors left.
  private static let pause = Duration.milliseconds(100)

  private let listener: FileDescriptor
  private let reactor: Reactor
  private let accepted: @Sendable (FileDescriptor) -> Void
  private let token = Mutex<Reactor.Token?>(nil)

  init(_ listener: FileDescriptor, _ reactor: Reactor, _ accepted: @escaping @Sendable (FileDescriptor) -> Void) {
    self.listener = listener
    self.reactor = reactor
    self.accepted = accepted
  }

  func start() throws(GantryError) {
    let token = try reactor.add(listener, bits: 1) { [weak self] _ in self?.accept() }
    self.token.withLock { $0 = token }
  }

  func stop() {
    guard let token = token.withLock({ $0.take() }) else { return }
    reactor.remove(listener, token)
  }

  private func accept() {
    do throws(GantryError) {
      while let connection = try UnixSocket.accept(listener) { accepted(connection) }
    } catch {
      setWatched(false)
      _ = reactor.addTimer(after: Self.pause) { [weak self] in self?.setWatched(true) }
    }
  }

  private func setWatched(_ isWatched: Bool) {
    token.withLock { token in
      guard let token else { return }
      reactor.change(listener, from: isWatched ? 0 : 1, to: isWatched ? 1 : 0, token)
    }
  }
}
