import AsyncWire
import Errors
import Glibc
import Linux
import LoopWire
import Synchronization
import Testing
import Wire

@Suite("each driver's server, seen from its socket")
struct DriverServerTests {
  @Test(arguments: Driver.allCases)
  func `an oversized request is answered and the connection survives`(_ driver: Driver) async throws {
    let peer = RawPeer(try driver.serve())
    let bytes: [UInt8] = [0, 0x40, 0, 1, 0, 0, 0, 1, 1, 0] + [UInt8](repeating: 0, count: MessageLimits.bytes + 1)
    try await peer.write(bytes + RecordedFrames.echo(stream: 3))
    let refused = try await peer.readFrame()
    #expect(refused.header.stream == 1)
    let status = try refused.payload.withUnsafeBytes { try ResponseEnvelope(decoding: $0) }
    #expect(status.error?.code == .resourceExhausted)
    #expect(status.error?.message == "message length 4194305 exceed maximum message size of 4194304")
    #expect(try await peer.readFrame().payload == [0x12, 1, 7])
  }

  @Test(arguments: Driver.allCases)
  func `requests that come byte by byte are answered`(_ driver: Driver) async throws {
    let peer = RawPeer(try driver.serve())
    for byte in RecordedFrames.echo(stream: 1) { try await peer.write([byte]) }
    #expect(try await peer.readFrame().payload == [0x12, 1, 7])
  }

  @Test(arguments: Driver.allCases)
  func `rubbish does not take the server down`(_ driver: Driver) async throws {
    var random = SeededGenerator(seed: 7)
    for _ in 0..<20 {
      let peer = RawPeer(try driver.serve())
      for _ in 0..<5 { try? await peer.write(WireFuzzer.conversation(&random, fromServer: false)) }
      peer.close()
    }
    let peer = RawPeer(try driver.serve())
    try await peer.write(RecordedFrames.echo(stream: 1))
    #expect(try await peer.readFrame().payload == [0x12, 1, 7])
  }

  @Test(arguments: Driver.allCases)
  func `a peer that asks and does not listen gets every answer later`(_ driver: Driver) async throws {
    let peer = RawPeer(try driver.serve())
    let size = 60_000
    let count = 400
    let requests = (0..<count).map { number -> [UInt8] in
      var payload: [UInt8] = []
      var envelope = RequestEnvelope()
      envelope.service = TestMethods.service
      envelope.method = TestMethods.zeros.method
      envelope.payload = Array("\(size)".utf8)
      envelope.encode(to: &payload)
      var frame: [UInt8] = []
      FrameHeader(length: payload.count, stream: UInt32(number * 2 + 1), kind: .request).encode(to: &frame)
      return frame + payload
    }
    try await peer.write(Array(requests.joined()))
    var streams: Set<UInt32> = []
    for _ in 0..<count {
      let answer = try await peer.readFrame()
      #expect(answer.payload.count == size + 4)
      streams.insert(answer.header.stream)
    }
    #expect(streams.count == count)
  }

  @Test func `a peer that the policy refuses is closed without a byte`() async throws {
    let directory = try TemporaryDirectory()
    for (number, driver) in Driver.allCases.enumerated() {
      let listener = try UnixSocket.listen(path: directory.path("\(number)"))
      let policy = PeerPolicy.matching { $0.pid != getpid() }
      var serving: Task<Void, any Error>?
      let thread = try LoopThread()
      if driver == .async {
        serving = Task {
          try await Server(routes: [AsyncTestService.routes], allowedPeer: policy).serve(listener: listener)
        }
      } else {
        thread.perform { loop in
          let server = LoopServer(loop: loop, routes: [LoopTestService.routes], allowedPeer: policy)
          do { try server.serve(listener: listener) } catch { print("cannot serve: \(error)") }
          loop.addTimer(after: .seconds(3600)) { withExtendedLifetime(server) {} }
        }
      }
      let peer = RawPeer(try UnixSocket.connect(path: directory.path("\(number)")))
      let frame = Task { try await peer.readFrame() }
      let error = await #expect(throws: GantryError.self) { try await frame.value }
      #expect(error?.code == .unavailable)
      serving?.cancel()
      thread.stop()
    }
  }

  @Test func `a handler is cancelled when its connection closes and when its time is up`() async throws {
    let cancelled = AsyncStream<String>.makeStream()
    let slow = MethodDescriptor(service: "s", method: "Slow")
    let handler = MethodHandler.unary { payload, _ in
      do { try await Task.sleep(for: .seconds(3600)) } catch {
        cancelled.continuation.yield(String(decoding: payload, as: UTF8.self))
      }
      return []
    }
    let server = Server(routes: [ServiceRoutes(service: "s", methods: ["Slow": (slow, handler)])])
    let (near, far) = try UnixSocket.pair()
    async let served: Void = server.serve(connection: far)
    let client = try Client(adopting: near)
    let late = await #expect(throws: GantryError.self) {
      try await client.unary(slow, payload: Array("deadline".utf8), options: CallOptions(timeout: .milliseconds(30)))
    }
    #expect(late?.code == .deadlineExceeded)
    var reasons = cancelled.stream.makeAsyncIterator()
    #expect(await reasons.next() == "deadline")
    let call = Task { try await client.unary(slow, payload: Array("closed".utf8)) }
    while server.callCount == 0 { try await Task.sleep(for: .milliseconds(1)) }
    client.close()
    #expect(await reasons.next() == "closed")
    await served
    await #expect(throws: GantryError.self) { try await call.value }
    await client.waitUntilClosed()
  }

  @Test func `shutting down lets calls in flight end and refuses new connections`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.path("socket")
    let listener = try UnixSocket.listen(path: path)
    let gate = AsyncStream<Void>.makeStream()
    let wait = MethodDescriptor(service: "s", method: "Wait")
    let handler = MethodHandler.unary { payload, _ in
      for await _ in gate.stream { break }
      return payload
    }
    let server = Server(routes: [ServiceRoutes(service: "s", methods: ["Wait": (wait, handler)])])
    let serving = Task { try await server.serve(listener: listener) }
    let idle = try await Client.connect(path: path)
    let client = try await Client.connect(path: path)
    let call = Task { try await client.unary(wait, payload: [1]) }
    while server.callCount == 0 { try await Task.sleep(for: .milliseconds(1)) }
    let shutdown = Task { await server.shutdown(grace: .seconds(20)) }
    await idle.waitUntilClosed()
    gate.continuation.yield()
    #expect(try await call.value.payload == [1])
    await shutdown.value
    try await serving.value
    #expect(server.connectionCount == 0)
    let error = await #expect(throws: GantryError.self) { try await server.serve(listener: listener) }
    #expect(error?.code == .failedPrecondition)
  }

  @Test func `a handler's foreign error becomes unknown and a cancellation cancelled`() async throws {
    struct Foreign: Error {}
    let fails = MethodDescriptor(service: "s", method: "Fails")
    let handler = MethodHandler.unary { payload, _ in
      if payload.isEmpty { throw CancellationError() }
      throw Foreign()
    }
    let server = Server(routes: [ServiceRoutes(service: "s", methods: ["Fails": (fails, handler)])])
    let (near, far) = try UnixSocket.pair()
    let serving = Task { await server.serve(connection: far) }
    let client = try Client(adopting: near)
    let foreign = await #expect(throws: GantryError.self) { try await client.unary(fails, payload: [1]) }
    #expect(foreign?.code == .unknown)
    let cancelled = await #expect(throws: GantryError.self) { try await client.unary(fails, payload: []) }
    #expect(cancelled?.code == .cancelled)
    serving.cancel()
    await client.waitUntilClosed()
  }

  @Test func `connecting where nobody listens is unavailable and names the socket`() async throws {
    let error = await #expect(throws: GantryError.self) { try await Client.connect(path: "/nonexistent/socket") }
    #expect(error?.code == .unavailable)
    #expect(error?.message.contains("/nonexistent/socket") == true)
  }
}
