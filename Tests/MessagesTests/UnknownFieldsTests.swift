import Messages
import Testing

@Suite struct UnknownFieldsTests {
  /// A field of each wire type that no contract has, after a known one.
  static let bytes: [UInt8] = [
    0x08, 5, 0xa0, 0x06, 0x96, 1, 0xa9, 0x06, 1, 2, 3, 4, 5, 6, 7, 8, 0xb2, 0x06, 3, 0x61, 0, 0x62, 0xbd, 0x06, 9, 8, 7,
    6,
  ]

  @Test func goOutAsTheyCameIn() throws {
    let message = try ContainerdTaskV2.StartResponse(serialized: Self.bytes)
    #expect(message.pid == 5)
    #expect(!message.unknownFields.isEmpty)
    #expect(message.serialized() == Self.bytes)
  }

  @Test func arePartOfTheValue() throws {
    let message = try ContainerdTaskV2.StartResponse(serialized: Self.bytes)
    #expect(message != ContainerdTaskV2.StartResponse(pid: 5))
    var stripped = message
    stripped.unknownFields = UnknownFields()
    #expect(stripped == ContainerdTaskV2.StartResponse(pid: 5))
  }

  @Test func ofANestedMessageSurvive() throws {
    let inner: [UInt8] = [0x08, 3, 0x50, 1]
    let message = try ContainerdTaskV2.WaitResponse(serialized: [0x12, UInt8(inner.count)] + inner)
    #expect(message.exitedAt?.seconds == 3)
    #expect(message.serialized() == [0x12, UInt8(inner.count)] + inner)
  }

  @Test func unknownEnumValuesSurvive() throws {
    let message = try ContainerdTaskV2.StateResponse(serialized: [0x20, 99])
    #expect(message.status == .init(rawValue: 99))
    #expect(message.serialized() == [0x20, 99])
  }
}
