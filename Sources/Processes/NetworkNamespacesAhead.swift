import Linux
import Synchronization

/// Network namespaces that are made a moment before they are wanted. Safe to use from anywhere.
///
/// The kernel needs about a millisecond for one, and does nothing else on that processor meanwhile: whoever knows that one will be
/// wanted has it made ahead.
public final class NetworkNamespacesAhead: Sendable {
  private struct Ahead {
    var number: UInt64
    var making: Task<FileDescriptor, any Error>
  }

  private struct State {
    var last: UInt64 = 0
    var ahead: [Ahead] = []
  }

  /// A namespace is born with the host's settings of that moment; one that is not wanted by then would have old ones.
  private static let lifetime = Duration.seconds(1)
  private static let most = 8

  private let state = Mutex(State())

  public init() {}

  /// How many there are that nobody has taken.
  public var count: Int { state.withLock { $0.ahead.count } }

  /// Has one made that `take` finds within the next second; after that it is gone.
  public func prepare() {
    let number: UInt64? = state.withLock { state in
      guard state.ahead.count < Self.most else { return nil }
      state.last += 1
      state.ahead.append(Ahead(number: state.last, making: Task { try await NetworkNamespace.create() }))
      return state.last
    }
    guard let number else { return }
    Task {
      try? await Task.sleep(for: Self.lifetime)
      state.withLock { state in state.ahead.removeAll { $0.number == number } }
    }
  }

  /// One that was made ahead, or a new one.
  ///
  /// - Returns: as `NetworkNamespace.create`.
  /// - Throws: as `NetworkNamespace.create`.
  public func take() async throws -> FileDescriptor {
    let ahead = state.withLock { state in state.ahead.isEmpty ? nil : state.ahead.removeFirst() }
    guard let ahead else { return try await NetworkNamespace.create() }
    return try await ahead.making.value
  }
}
