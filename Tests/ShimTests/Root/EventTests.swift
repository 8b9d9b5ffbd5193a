import AsyncServices
import AsyncWire
import Errors
import Glibc
import Linux
import Messages
import Synchronization
import Testing

@Suite(.serialized, .enabled(if: Busybox.canRunContainers, "\(Busybox.reason)"))
struct EventTests {
  @Test func eventsComeInOrderThoughTheSupervisorComesLate() async throws {
    let address = "/tmp/gantry-events-\(getpid())-\(UInt32.random(in: 0...999_999)).sock"
    defer { unlink(address) }
    try await ShimFixture.use(events: address) { shim in
      // Nobody listens yet: what happens now is told again later.
      try await shim.create(["sh", "-c", "exit 3"])
      try await shim.start()
      #expect(try await shim.wait() == 3)
      let sink = EventSink()
      let server = Server(routes: [sink.routes])
      let listener = try UnixSocket.listen(path: address)
      let serving = Task { try? await server.serve(listener: listener) }
      _ = try await shim.tasks.delete(.init(id: shim.id))
      for _ in 0..<500 where sink.received.count < 4 { try await Task.sleep(for: .milliseconds(20)) }
      #expect(sink.received.map(\.topic) == ["/tasks/create", "/tasks/start", "/tasks/exit", "/tasks/delete"])
      #expect(sink.received.allSatisfy { $0.namespace == "gantry" })
      let exit: ContainerdEvents.TaskExit? = try sink.received.dropFirst(2).first?.event?.unpack()
      #expect(exit?.exitStatus == 3)
      #expect(exit?.id == shim.id)
      await server.shutdown(grace: .zero)
      await serving.value
    }
  }
}

/// A supervisor that takes events.
private final class EventSink: ContainerdServicesEventsTtrpcV1.EventsService {
  private let envelopes = Mutex<[ContainerdServicesEventsTtrpcV1.Envelope]>([])

  var received: [ContainerdServicesEventsTtrpcV1.Envelope] { envelopes.withLock { $0 } }

  func forward(
    _ request: ContainerdServicesEventsTtrpcV1.ForwardRequest, context: CallContext
  ) async throws -> GoogleProtobuf.Empty {
    if let envelope = request.envelope { envelopes.withLock { $0.append(envelope) } }
    return .init()
  }
}
