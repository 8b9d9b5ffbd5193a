import Errors

/// Walks over the fields of one protobuf message. What it reads are strangers' bytes: every step is checked.
struct ProtobufReader {
  /// How a field's value is encoded.
  enum WireType: UInt8 {
    case varint = 0
    case fixed64 = 1
    case lengthDelimited = 2
    case startGroup = 3
    case endGroup = 4
    case fixed32 = 5
  }

  struct Field {
    let number: UInt64
    let type: WireType
  }

  private static let maximumGroupDepth = 100

  private let bytes: UnsafeRawBufferPointer
  private var position = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  private func failure(_ what: String) -> GantryError {
    GantryError(.invalidArgument, "protobuf message is malformed at byte \(position): \(what)")
  }

  /// The next field's number and type; nil at the end.
  mutating func field() throws(GantryError) -> Field? {
    guard position < bytes.count else { return nil }
    let tag = try varint()
    guard let type = WireType(rawValue: UInt8(tag & 7)) else { throw failure("unknown wire type") }
    guard tag >> 3 > 0, tag >> 3 <= 0x1FFF_FFFF else { throw failure("field number is out of range") }
    return Field(number: tag >> 3, type: type)
  }

  mutating func varint() throws(GantryError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if shift == 63, byte > 1 { throw failure("integer is longer than 64 bits") }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
      if shift > 63 { throw failure("integer is longer than 64 bits") }
    }
    throw failure("it ends inside an integer")
  }

  /// The bytes of a string, bytes or message field.
  mutating func chunk() throws(GantryError) -> UnsafeRawBufferPointer {
    let length = try varint()
    guard length <= UInt64(bytes.count - position) else { throw failure("a length reaches past the end") }
    let end = position + Int(length)
    defer { position = end }
    return UnsafeRawBufferPointer(rebasing: bytes[position..<end])
  }

  mutating func string() throws(GantryError) -> String {
    guard let text = String(validating: try chunk(), as: UTF8.self) else { throw failure("a string is not UTF-8") }
    return text
  }

  /// Steps over the value of a field that nobody knows.
  mutating func skip(_ field: Field) throws(GantryError) {
    switch field.type {
    case .varint: _ = try varint()
    case .fixed64: try advance(8)
    case .lengthDelimited: _ = try chunk()
    case .fixed32: try advance(4)
    case .startGroup: try skipGroup(field.number)
    case .endGroup: throw failure("a group ends that has not begun")
    }
  }

  private mutating func advance(_ count: Int) throws(GantryError) {
    guard bytes.count - position >= count else { throw failure("it ends inside a number") }
    position += count
  }

  private mutating func skipGroup(_ number: UInt64) throws(GantryError) {
    var open = [number]
    while let innermost = open.last {
      guard let inner = try field() else { throw failure("it ends inside a group") }
      switch inner.type {
      case .startGroup:
        guard open.count < Self.maximumGroupDepth else { throw failure("groups are nested too deeply") }
        open.append(inner.number)
      case .endGroup:
        guard inner.number == innermost else { throw failure("groups overlap") }
        open.removeLast()
      default: try skip(inner)
      }
    }
  }
}
