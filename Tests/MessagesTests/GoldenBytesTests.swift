import Messages
import Testing

/// Bytes that containerd 1.6 and protoc's own encoder were seen to write.
@Suite struct GoldenBytesTests {
  @Test func theOptionsThatContainerdHandsToAShim() throws {
    let bytes: [UInt8] = [0x0a, 0x1a] + Array("containerd.runc.v1.Options".utf8)
    #expect(bytes.count == 28)
    let message = try GoogleProtobuf.AnyMessage(serialized: bytes)
    #expect(message.typeUrl == "containerd.runc.v1.Options")
    #expect(try message.unpack(ContainerdRuncV1.Options.self) == ContainerdRuncV1.Options())
    #expect(GoogleProtobuf.AnyMessage(packing: ContainerdRuncV1.Options()).serialized() == bytes)
  }

  @Test func aRequestToAShim() {
    let request = ContainerdTaskV2.KillRequest(id: "t1", execId: "e", signal: 9, all: true)
    #expect(request.serialized() == [0x0a, 2, 0x74, 0x31, 0x12, 1, 0x65, 0x18, 9, 0x20, 1])
  }

  @Test func anEnvelopeOfTtrpc() throws {
    let request = Ttrpc.Request(
      service: "s", method: "M", payload: [1], timeoutNano: 300,
      metadata: [.init(key: "containerd-namespace-ttrpc", value: "n")])
    let bytes: [UInt8] =
      [0x0a, 1, 0x73, 0x12, 1, 0x4d, 0x1a, 1, 1, 0x20, 0xac, 2, 0x2a, 31, 0x0a, 26]
      + Array("containerd-namespace-ttrpc".utf8) + [0x12, 1, 0x6e]
    #expect(request.serialized() == bytes)
    #expect(try Ttrpc.Request(serialized: bytes) == request)
  }

  @Test func numbersBelowZeroTakeTenBytes() {
    #expect(GoogleProtobuf.Timestamp(seconds: -1).serialized() == [0x08] + [UInt8](repeating: 0xff, count: 9) + [1])
    #expect(
      Shapes(int32Value: -1, color: .below).serialized()
        == [0x18] + [UInt8](repeating: 0xff, count: 9) + [1, 0x80, 1] + [UInt8](repeating: 0xff, count: 9) + [1])
    #expect(Shapes(sint32Value: -1).serialized() == [0x38, 1])
  }

  @Test func eachWidthOfNumber() {
    let message = Shapes(doubleValue: 1, floatValue: 1, fixed32Value: 1, sfixed64Value: -2, uint64s: [1, 300])
    #expect(
      message.serialized() == [
        0x09, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0x15, 0, 0, 0x80, 0x3f, 0x4d, 1, 0, 0, 0, 0x61, 0xfe, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xd2, 1, 3, 1, 0xac, 2,
      ])
  }
}
