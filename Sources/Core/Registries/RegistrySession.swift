import AsyncServices
import AsyncWire
import Errors
import Messages
import Processes
import Synchronization

/// A process that speaks to one registry, and the way to it. It ends when nobody holds this object any more: what several
/// pulls share lives as long as the last of them.
public final class RegistrySession: Sendable {
  /// What the process answers.
  public let registry: GantryRegistryV1.RegistryClient
  /// The registry's host, for messages.
  public let host: String
  private let process: ChildProcess
  private let client: Client
  private let lines: LineReader

  /// Nothing at all for so long, not even a retry: it hangs.
  private static let stallLimit: Duration = .seconds(600)

  init(process: ChildProcess, client: Client, lines: LineReader, host: String) {
    self.process = process
    self.client = client
    self.lines = lines
    self.host = host
    registry = .init(client)
  }

  deinit {
    client.close()
    let process = process
    Task.detached { await process.end(grace: .seconds(1)) }
  }

  /// Follows a transfer to its end. However long it takes is no matter, as long as something moves.
  ///
  /// - Parameter subject: for messages: "layer sha256:...".
  /// - Throws: what ends the stream, or `.deadlineExceeded` where nothing has moved for ten minutes.
  public func follow<Event: Sendable>(
    _ events: InboundStream<Event>, _ subject: String, _ body: @escaping @Sendable (Event) -> Void
  ) async throws {
    let sign = Sign()
    do {
      try await withThrowingTaskGroup(of: Bool.self) { group in
        group.addTask {
          for try await event in events {
            sign.give()
            body(event)
          }
          return true
        }
        group.addTask {
          while sign.age < Self.stallLimit { try await Task.sleep(for: .seconds(5)) }
          throw GantryError(
            .deadlineExceeded,
            "\(subject) has not moved for \(Self.stallLimit.inWords); try again, it goes on from there")
        }
        defer { group.cancelAll() }
        _ = try await group.next()
      }
    } catch {
      throw await explained(error)
    }
  }

  /// The reason behind an error: a process that died takes its connection with it, and how it died is what a person
  /// wants to know.
  public func explained(_ error: any Error) async -> any Error {
    guard let error = error as? GantryError, error.code == .unavailable, client.isClosed else { return error }
    await process.end(grace: .milliseconds(500))
    guard let status = process.exitStatus else { return error }
    let words = lines.lastWords()
    return GantryError(
      .unavailable, "the process that spoke to \(host) \(status)\(words); try again, what has come so far is kept",
      cause: .error(error))
  }

  private final class Sign: Sendable {
    private let last = Mutex(ContinuousClock.now)

    func give() { last.withLock { $0 = .now } }

    var age: Duration { ContinuousClock.now - last.withLock { $0 } }
  }
}
