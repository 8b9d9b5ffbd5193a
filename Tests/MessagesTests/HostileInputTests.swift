import Errors
import Messages
import Testing

@Suite struct HostileInputTests {
  @Test(
    arguments: [
      ("a tag without a value", [0x0a]),
      ("a length beyond the end", [0x0a, 5, 0x61]),
      ("a length near the top of 32 bits", [0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f]),
      ("a length near the top of 64 bits", [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]),
      ("a varint that never ends", [0x20] + [UInt8](repeating: 0x80, count: 12)),
      ("a cut varint", [0x20, 0x80]),
      ("field number 0", [0x00, 1]),
      ("field number 0, written at length", [0x80, 0, 1]),
      ("a group", [0x0b, 0x0c]),
      ("wire type 7", [0x0f, 1]),
      ("a string where a message stands as a number", [0x18, 1]),
      ("a nested message that is cut", [0x1a, 2, 0x0a, 5]),
      ("text that is no UTF-8", [0x0a, 2, 0xc3, 0x28]),
      ("text with half a character", [0x0a, 1, 0xe4]),
      ("text with a surrogate", [0x0a, 3, 0xed, 0xa0, 0x80]),
    ] as [(String, [UInt8])])
  func isAnErrorThatNamesTheMessage(_ what: String, _ bytes: [UInt8]) throws {
    let error = #expect(throws: GantryError.self) { try ContainerdTaskV2.CreateTaskRequest(serialized: bytes) }
    #expect(error?.code == .invalidArgument, "\(what)")
    #expect(error?.message.contains("containerd.task") == true, "\(what)")
  }

  @Test func memoryPerMessageIsBounded() throws {
    // Two bytes each: four million empty submessages would take most of a gigabyte.
    let bytes = [UInt8](repeating: 0x1a, count: 1) + [0]
    var hostile: [UInt8] = []
    hostile.reserveCapacity(4 << 20)
    while hostile.count < 4 << 20 { hostile += bytes }
    let error = #expect(throws: GantryError.self) { try ContainerdTaskV2.CreateTaskRequest(serialized: hostile) }
    #expect(error?.code == .invalidArgument)
    #expect(error?.message.contains("64 MiB") == true)
  }

  @Test func everyPrefixOfAMessageIsReadOrRefused() {
    let bytes = Shapes.full.serialized()
    for count in 0..<bytes.count {
      _ = try? Shapes(serialized: Array(bytes[..<count]))
    }
  }
}
