import Errors
import Linux
import Testing
import Wire

@Suite("unary calls, every client driver against every server driver")
struct DriverUnaryTests {
  @Test(arguments: Pairing.all)
  func `a request is answered with its response`(_ pairing: Pairing) async throws {
    let client = try pairing.connect()
    #expect(try await client.unary(TestMethods.echo, [1, 2, 3]) == [1, 2, 3])
  }

  @Test(arguments: Pairing.all)
  func `empty messages pass both ways`(_ pairing: Pairing) async throws {
    let client = try pairing.connect()
    #expect(try await client.unary(TestMethods.empty) == [])
    #expect(try await client.unary(TestMethods.echo) == [])
  }

  @Test(arguments: Pairing.all)
  func `a handler's error keeps its code and its text`(_ pairing: Pairing) async throws {
    let client = try pairing.connect()
    for code in ErrorCode.allCases {
      let payload = [UInt8(code.rawValue)] + Array("no such thing: \(code)".utf8)
      let error = await #expect(throws: GantryError.self) { try await client.unary(TestMethods.fail, payload) }
      #expect(error?.code == code)
      #expect(error?.message == "no such thing: \(code)")
    }
  }

  @Test(arguments: Pairing.all)
  func `unknown services and methods are unimplemented in containerd's words`(_ pairing: Pairing) async throws {
    let client = try pairing.connect()
    let noService = MethodDescriptor(service: "no.Service", method: "Echo")
    let first = await #expect(throws: GantryError.self) { try await client.unary(noService) }
    #expect(first?.code == .unimplemented)
    #expect(first?.message == "service no.Service")
    let noMethod = MethodDescriptor(service: TestMethods.service, method: "Nothing")
    let second = await #expect(throws: GantryError.self) { try await client.unary(noMethod) }
    #expect(second?.code == .unimplemented)
    #expect(second?.message == "method Nothing")
  }

  @Test(arguments: Pairing.all)
  func `metadata arrives with lower-case keys and all values`(_ pairing: Pairing) async throws {
    let client = try pairing.connect()
    var options = CallOptions(timeout: .seconds(20))
    options.metadata["Containerd-Namespace-TTRPC"] = ["k8s.io", "moby"]
    options.metadata.append("ünïcode", for: "other")
    let answer = try await client.unary(TestMethods.metadata, [], options)
    #expect(
      String(decoding: answer.payload, as: UTF8.self)
        == "containerd-namespace-ttrpc=k8s.io\ncontainerd-namespace-ttrpc=moby\nother=ünïcode\n")
  }

  @Test(arguments: Pairing.all)
  func `the caller's timeout is the handler's deadline`(_ pairing: Pairing) async throws {
    let client = try pairing.connect()
    let with = try await client.unary(TestMethods.deadline, [], CallOptions(timeout: .seconds(30)))
    // A machine under load takes its time from sending to looking.
    let left = try #require(Int(String(decoding: with.payload, as: UTF8.self)))
    #expect((15...30).contains(left))
    let without = try await client.unary(TestMethods.deadline, [], CallOptions())
    #expect(String(decoding: without.payload, as: UTF8.self) == "none")
  }

  @Test(arguments: Pairing.all)
  func `a call that is not answered in time ends with deadlineExceeded and the connection goes on`(
    _ pairing: Pairing
  ) async throws {
    let client = try pairing.connect()
    let error = await #expect(throws: GantryError.self) {
      try await client.unary(TestMethods.hang, [], CallOptions(timeout: .milliseconds(50)))
    }
    #expect(error?.code == .deadlineExceeded)
    let already = await #expect(throws: GantryError.self) {
      try await client.unary(TestMethods.echo, [], CallOptions(timeout: .zero))
    }
    #expect(already?.code == .deadlineExceeded)
    #expect(try await client.unary(TestMethods.echo, [7]) == [7])
  }

  @Test(arguments: Pairing.all)
  func `a pending call does not hold up five hundred others`(_ pairing: Pairing) async throws {
    let client = try pairing.connect()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        let error = await #expect(throws: GantryError.self) {
          try await client.unary(TestMethods.hang, [], CallOptions())
        }
        #expect(error?.code == .unavailable)
      }
      try await withThrowingTaskGroup(of: Void.self) { calls in
        for number in 0..<500 {
          calls.addTask {
            let payload = [UInt8](repeating: UInt8(number % 251), count: number * 7)
            let answer = try await client.unary(TestMethods.echo, payload)
            #expect(answer == payload)
          }
        }
        try await calls.waitForAll()
      }
      client.close()
      try await group.waitForAll()
    }
  }

  @Test(arguments: Pairing.all)
  func `a message of exactly four mebibytes passes and one byte more is refused on either side`(
    _ pairing: Pairing
  ) async throws {
    let client = try pairing.connect()
    // The response's envelope takes five bytes of its frame: a tag and a length of four bytes.
    let largest = MessageLimits.bytes - 5
    let zeros = try await client.unary(TestMethods.zeros, Array("\(largest)".utf8))
    #expect(zeros.count == largest)
    let tooLarge = await #expect(throws: GantryError.self) {
      try await client.unary(TestMethods.zeros, Array("\(largest + 1)".utf8))
    }
    #expect(tooLarge?.code == .resourceExhausted)
    // The request's has service and method besides.
    let envelope = 2 + TestMethods.echo.service.utf8.count + 2 + TestMethods.echo.method.utf8.count + 5
    let request = [UInt8](repeating: 5, count: MessageLimits.bytes - envelope)
    #expect(try await client.unary(TestMethods.echo, request, CallOptions()).payload == request)
    let outbound = await #expect(throws: GantryError.self) {
      try await client.unary(TestMethods.echo, request + [5], CallOptions())
    }
    #expect(outbound?.code == .resourceExhausted)
    #expect(try await client.unary(TestMethods.echo, [7]) == [7])
  }

  @Test(arguments: Pairing.all)
  func `calls after close end with unavailable`(_ pairing: Pairing) async throws {
    let client = try pairing.connect()
    #expect(try await client.unary(TestMethods.echo, [1]) == [1])
    client.close()
    let error = await #expect(throws: GantryError.self) { try await client.unary(TestMethods.echo, [1]) }
    #expect(error?.code == .unavailable)
  }

  @Test(arguments: Driver.allCases)
  func `every pending call ends with unavailable when the peer goes`(_ driver: Driver) async throws {
    let (near, far) = try UnixSocket.pair()
    let client = try driver.client(near)
    let peer = RawPeer(far)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<10 {
        group.addTask {
          let error = await #expect(throws: GantryError.self) {
            try await client.unary(TestMethods.echo, [1], CallOptions())
          }
          #expect(error?.code == .unavailable)
        }
      }
      for _ in 0..<10 { _ = try await peer.readFrame() }
      peer.close()
      try await group.waitForAll()
    }
  }

  @Test func `a cancelled task ends its call with cancelled and its late answer is dropped`() async throws {
    let (near, far) = try UnixSocket.pair()
    let client = try Driver.async.client(near)
    let peer = RawPeer(far)
    let call = Task { try await client.unary(TestMethods.echo, [1], CallOptions()) }
    let request = try await peer.readFrame()
    call.cancel()
    let error = await #expect(throws: GantryError.self) { try await call.value }
    #expect(error?.code == .cancelled)
    let next = Task { try await client.unary(TestMethods.echo, [2], CallOptions(timeout: .seconds(20))) }
    let second = try await peer.readFrame()
    #expect(second.header.stream == request.header.stream + 2)
    try await peer.write(FrameHeader(length: 3, stream: request.header.stream, kind: .response), [0x12, 1, 1])
    try await peer.write(FrameHeader(length: 3, stream: second.header.stream, kind: .response), [0x12, 1, 2])
    #expect(try await next.value.payload == [2])
  }
}
