/// An eBPF instruction, as far as the device program needs them (kernel documentation, bpf/standardization).
struct BPFInstruction: Equatable {
  enum Register: UInt8 { case r0, r1, r2, r3, r4, r5 }

  private enum Code {
    static let loadWord: UInt8 = 0x61
    static let and32: UInt8 = 0x54
    static let shiftRight32: UInt8 = 0x74
    static let copy32: UInt8 = 0xBC
    static let move: UInt8 = 0xB7
    static let jumpIfEqual: UInt8 = 0x15
    static let jumpUnlessEqual: UInt8 = 0x55
    static let jumpUnlessSame: UInt8 = 0x5D
    static let exit: UInt8 = 0x95
  }

  private var code: UInt8
  private var destination: UInt8 = 0
  private var source: UInt8 = 0
  private var offset: Int16 = 0
  private var immediate: Int32 = 0

  var encoded: UInt64 {
    UInt64(code) | UInt64(destination) << 8 | UInt64(source) << 12
      | UInt64(UInt16(bitPattern: offset)) << 16 | UInt64(UInt32(bitPattern: immediate)) << 32
  }

  var isJump: Bool { [Code.jumpIfEqual, Code.jumpUnlessEqual, Code.jumpUnlessSame].contains(code) }

  /// The same jump, over `count` instructions.
  func jumping(_ count: Int16) -> BPFInstruction {
    var jump = self
    jump.offset = count
    return jump
  }

  static func load(_ to: Register, from: Register, offset: Int16) -> BPFInstruction {
    .init(code: Code.loadWord, destination: to.rawValue, source: from.rawValue, offset: offset)
  }

  static func and(_ register: Register, _ value: Int32) -> BPFInstruction {
    .init(code: Code.and32, destination: register.rawValue, immediate: value)
  }

  static func shiftRight(_ register: Register, _ bits: Int32) -> BPFInstruction {
    .init(code: Code.shiftRight32, destination: register.rawValue, immediate: bits)
  }

  static func copy(_ to: Register, _ from: Register) -> BPFInstruction {
    .init(code: Code.copy32, destination: to.rawValue, source: from.rawValue)
  }

  static func move(_ register: Register, _ value: Int32) -> BPFInstruction {
    .init(code: Code.move, destination: register.rawValue, immediate: value)
  }

  static func jumpIfEqual(_ register: Register, _ value: Int32) -> BPFInstruction {
    .init(code: Code.jumpIfEqual, destination: register.rawValue, immediate: value)
  }

  static func jumpUnlessEqual(_ register: Register, _ value: Int32) -> BPFInstruction {
    .init(code: Code.jumpUnlessEqual, destination: register.rawValue, immediate: value)
  }

  static func jumpUnlessSame(_ register: Register, _ other: Register) -> BPFInstruction {
    .init(code: Code.jumpUnlessSame, destination: register.rawValue, source: other.rawValue)
  }

  static let exit = BPFInstruction(code: Code.exit)
}
