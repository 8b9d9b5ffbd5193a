import AsyncWire
import Errors
import Synchronization
import Wire

/// One run of the program: its surroundings and its connection to the engine, made when it is needed.
package final class Session: Sendable {
  package let surroundings: Surroundings
  package let address: EngineAddress
  private let connection = Mutex<Client?>(nil)

  package init(_ surroundings: Surroundings, address: EngineAddress) {
    self.surroundings = surroundings
    self.address = address
  }

  package var console: Console { surroundings.console }
  package var environment: EnvironmentLookup { surroundings.environment }
  package var workingDirectory: String { surroundings.workingDirectory }

  /// The connection to the engine.
  ///
  /// - Throws: `CommandFailure.unreachable` where nobody listens.
  package func client() async throws(CommandFailure) -> Client {
    if let client = connection.withLock({ $0 }) { return client }
    do {
      let client = try await Client.connect(path: address.path)
      connection.withLock { $0 = client }
      return client
    } catch {
      if error.code == .permissionDenied {
        throw .local(
          "permission denied while trying to connect to the Gantry daemon socket at \(address): "
            + "only root and the group of the socket may use it")
      }
      throw .unreachable("\(address)")
    }
  }

  /// Drops the connection, so that the next call makes a new one.
  package func disconnect() {
    connection.withLock { client in
      client?.close()
      client = nil
    }
  }

  /// Makes a call; what the engine answers as an error becomes `CommandFailure.engine`.
  package func call<Answer: Sendable>(
    _ body: @Sendable (TimedCaller) async throws -> Answer
  ) async throws(CommandFailure) -> Answer {
    let client = try await client()
    do {
      return try await body(TimedCaller(client))
    } catch let error as GantryError {
      // It has not answered, it has gone.
      if error.code == .unavailable, client.isClosed { throw .unreachable("\(address)") }
      throw .engine(error)
    } catch {
      throw CommandFailure(error)
    }
  }
}
