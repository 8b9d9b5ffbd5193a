internal import CMessages
import Errors

/// Fields that a message came with and this version's contract does not know. They are part of the value
/// and go out again when it is serialised.
public struct UnknownFields: Sendable, Hashable {
  private struct Field: Sendable, Hashable {
    var number: UInt32
    var wireType: UInt32
    /// As on the wire, after the tag.
    var bytes: [UInt8]
  }

  private var fields: [Field] = []

  /// None.
  public init() {}

  /// Whether there are none.
  public var isEmpty: Bool { fields.isEmpty }

  /// Takes over what is left in an unpacked struct; every struct of the codec begins with a ProtobufCMessage.
  ///
  /// - Throws: `.invalidArgument` for a field number that protobuf does not have; the codec lets some pass.
  init<Codec>(reading codec: UnsafePointer<Codec>, of message: String) throws(GantryError) {
    let base = UnsafeRawPointer(codec).assumingMemoryBound(to: ProtobufCMessage.self).pointee
    guard base.n_unknown_fields > 0 else { return }
    for field in UnsafeBufferPointer(start: base.unknown_fields, count: Int(base.n_unknown_fields)) {
      guard (1..<1 << 29).contains(field.tag) else {
        throw GantryError(.invalidArgument, "\(message): field number \(field.tag), which protobuf does not have")
      }
      fields.append(
        Field(
          number: field.tag, wireType: UInt32(truncatingIfNeeded: field.wire_type.rawValue),
          bytes: Array(UnsafeBufferPointer(start: field.data, count: field.len))))
    }
  }

  func write<Codec>(to codec: UnsafeMutablePointer<Codec>, in arena: Arena) {
    guard !fields.isEmpty else { return }
    let base = UnsafeMutableRawPointer(codec).assumingMemoryBound(to: ProtobufCMessage.self)
    let start = arena.many(ProtobufCMessageUnknownField.self, count: fields.count)
    for (index, field) in fields.enumerated() {
      let data = arena.bytes(field.bytes)
      (start + index).initialize(
        to: ProtobufCMessageUnknownField(
          tag: field.number, wire_type: ProtobufCWireType(rawValue: field.wireType), len: data.len, data: data.data))
    }
    base.pointee.n_unknown_fields = UInt32(fields.count)
    base.pointee.unknown_fields = start
  }
}
