/// One message type.
package struct ProtoMessage: Sendable {
  package struct Oneof: Sendable {
    package var name: String
    package var comment: String
  }

  package var name: String
  /// With package and parents, without a leading dot.
  package var fullName: String
  package var comment: String
  package var fields: [ProtoField]
  package var oneofs: [Oneof]
  package var messages: [ProtoMessage]
  package var enums: [ProtoEnum]
  /// Whether it is what a map field is on the wire.
  package var isMapEntry: Bool
}

/// One field of a message.
package struct ProtoField: Sendable {
  /// What Swift and the C codec make of a type.
  package enum Kind: Sendable, Equatable {
    /// A number, by its Swift type.
    case number(String)
    case bool, string, bytes
    /// By full name, without a leading dot.
    case enumeration(String)
    case message(String)
  }

  package var name: String
  package var number: Int32
  package var kind: Kind
  package var isRepeated: Bool
  package var oneof: Int?
  package var comment: String
}
