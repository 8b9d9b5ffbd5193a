import AsyncWire
import Errors
import Glibc
import Linux
import Testing
import Wire

@Suite("descriptors beside messages, every client driver against every server driver")
struct DriverDescriptorTests {
  /// Which file a descriptor refers to.
  private func identity(_ descriptor: FileDescriptor) throws -> [UInt64] {
    var status = stat()
    try retryingOnInterrupt("fstat") { fstat(descriptor.number, &status) }
    return [UInt64(status.st_dev), UInt64(status.st_ino)]
  }

  private func pipes(_ count: Int) throws -> [FileDescriptor] {
    try (0..<count).map { _ in try FileDescriptor.pipe().readEnd }
  }

  @Test(arguments: Pairing.all)
  func `descriptors go with a request and come back with its response`(_ pairing: Pairing) async throws {
    let client = try pairing.connect()
    for count in [1, 2, MessageLimits.descriptors] {
      let sent = try pipes(count)
      let answer = try await client.unary(
        TestMethods.echo, [1], CallOptions(timeout: .seconds(20), descriptors: sent))
      #expect(try answer.descriptors.map(identity) == sent.map(identity))
      #expect(answer.descriptors.allSatisfy { fcntl($0.number, F_GETFD) & FD_CLOEXEC != 0 })
    }
  }

  @Test(arguments: Pairing.all)
  func `each of many calls at once gets its own descriptors`(_ pairing: Pairing) async throws {
    let client = try pairing.connect()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<200 {
        group.addTask {
          let sent = try self.pipes(number % 4)
          // From empty to longer than what a socket takes at once.
          let payload = [UInt8](repeating: UInt8(number), count: number % 7 == 0 ? 500_000 : number)
          let answer = try await client.unary(
            TestMethods.echo, payload, CallOptions(timeout: .seconds(30), descriptors: sent))
          #expect(answer.payload == payload)
          #expect(try answer.descriptors.map(self.identity) == sent.map(self.identity))
        }
      }
      try await group.waitForAll()
    }
  }

  @Test(arguments: Pairing.all)
  func `descriptors go with the messages of a stream`(_ pairing: Pairing) async throws {
    let client = try pairing.connect()
    let sent = try (0..<20).map { RawMessage(payload: [UInt8($0)], descriptors: try pipes($0 % 3)) }
    let back = try await client.stream(
      TestMethods.chat, payload: [], sending: sent, CallOptions(timeout: .seconds(20)))
    #expect(back.map(\.payload) == sent.map(\.payload))
    #expect(try back.map { try $0.descriptors.map(identity) } == sent.map { try $0.descriptors.map(identity) })
  }

  @Test(arguments: Pairing.all)
  func `too many descriptors are an error for who sends them`(_ pairing: Pairing) async throws {
    let client = try pairing.connect()
    let sent = try pipes(MessageLimits.descriptors + 1)
    let error = await #expect(throws: GantryError.self) {
      try await client.unary(TestMethods.echo, [1], CallOptions(timeout: .seconds(20), descriptors: sent))
    }
    #expect(error?.code == .resourceExhausted)
    let answer = await #expect(throws: GantryError.self) { try await client.unary(TestMethods.tooManyDescriptors) }
    #expect(answer?.code == .resourceExhausted)
    #expect(try await client.unary(TestMethods.echo, [7]) == [7])
  }

  @Test(arguments: Driver.allCases)
  func `a peer that sends too many descriptors gets an error and the connection goes on`(
    _ driver: Driver
  ) async throws {
    let peer = RawPeer(try driver.serve())
    let sent = try pipes(20)
    try peer.write(RecordedFrames.echo(stream: 1), descriptors: sent)
    let refused = try await peer.readFrame()
    let refusal = try refused.payload.withUnsafeBytes { try ResponseEnvelope(decoding: $0) }
    #expect(refusal.error?.code == .resourceExhausted)
    try await peer.write(RecordedFrames.echo(stream: 3))
    #expect(try await peer.readFrame().payload == [0x12, 1, 7])
  }

  @Test(arguments: Driver.allCases)
  func `descriptors that nobody takes are closed`(_ driver: Driver) async throws {
    let peer = RawPeer(try driver.serve())
    let writeEnd = try sendReadEnd(to: peer)
    #expect(try await peer.readFrame().payload == [])
    let deadline = ContinuousClock.now.advanced(by: .seconds(10))
    while true {
      // poll(2) reports POLLERR on a pipe that has no reader left.
      var target = pollfd(fd: writeEnd.number, events: Int16(POLLOUT), revents: 0)
      poll(&target, 1, 0)
      if target.revents & Int16(POLLERR) != 0 { return }
      try #require(ContinuousClock.now < deadline, "the service keeps a descriptor that nobody took")
      try await Task.sleep(for: .milliseconds(1))
    }
  }

  /// Sends a pipe's only read end away.
  private func sendReadEnd(to peer: RawPeer) throws -> FileDescriptor {
    let pipe = try FileDescriptor.pipe()
    try peer.write(RecordedFrames.call("Empty", stream: 1), descriptors: [pipe.readEnd])
    return pipe.writeEnd
  }
}
