import AsyncWire
import Errors
import Linux
import LoopWire
import Wire

/// A `LoopClient` on a loop thread of its own, for async tests.
final class LoopTestClient: TestClient {
  /// Touched on the loop's thread only.
  private final class Box: @unchecked Sendable {
    var client: LoopClient?
  }

  private let thread: LoopThread
  private let box = Box()

  init(_ socket: FileDescriptor) throws {
    thread = try LoopThread()
    thread.perform { [box] loop in
      do { box.client = try LoopClient(loop: loop, adopting: socket) } catch { print("cannot connect: \(error)") }
    }
  }

  deinit {
    thread.perform { [box] loop in
      box.client = nil
      loop.stop()
    }
  }

  private static let notConnected = GantryError(.internal, "test client is not connected")

  func unary(_ method: MethodDescriptor, _ payload: [UInt8], _ options: CallOptions) async throws(GantryError)
    -> RawMessage
  {
    let outcome: Result<RawMessage, GantryError> = await withCheckedContinuation { continuation in
      thread.perform { [box] _ in
        guard let client = box.client else { return continuation.resume(returning: .failure(Self.notConnected)) }
        client.unary(method, payload: payload, options: options) { outcome in
          continuation.resume(
            returning: outcome.map { RawMessage(payload: $0.payload, descriptors: $0.descriptors) })
        }
      }
    }
    return try outcome.get()
  }

  func stream(
    _ method: MethodDescriptor, payload: [UInt8], sending messages: [RawMessage], _ options: CallOptions
  ) async throws(GantryError) -> [RawMessage] {
    let outcome: Result<[RawMessage], GantryError> = await withCheckedContinuation { continuation in
      thread.perform { [box] _ in
        guard let client = box.client else { return continuation.resume(returning: .failure(Self.notConnected)) }
        var collected: [RawMessage] = []
        let stream = client.stream(
          method, payload: payload, options: options,
          onMessage: { collected.append(RawMessage(payload: $0, descriptors: $1)) },
          completion: { outcome in
            continuation.resume(
              returning: outcome.map { answer in
                method.serverStreams
                  ? collected : [RawMessage(payload: answer.payload, descriptors: answer.descriptors)]
              })
          })
        for message in messages { try? stream.send(message.payload, descriptors: message.descriptors) }
        stream.closeSend()
      }
    }
    return try outcome.get()
  }

  func close() {
    thread.perform { [box] _ in box.client?.close() }
  }
}
