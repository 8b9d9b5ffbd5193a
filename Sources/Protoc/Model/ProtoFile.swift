/// One .proto file, as far as the generator needs it.
package struct ProtoFile: Sendable {
  package var name: String
  package var package: String
  package var syntax: String
  package var messages: [ProtoMessage]
  package var enums: [ProtoEnum]
  package var services: [ProtoService]
}

package struct ProtoEnum: Sendable {
  package struct Value: Sendable {
    package var name: String
    package var number: Int32
    package var comment: String
  }

  package var name: String
  /// With package and parents, without a leading dot.
  package var fullName: String
  package var comment: String
  package var values: [Value]
}

package struct ProtoService: Sendable {
  package struct Method: Sendable {
    package var name: String
    /// Full names, without a leading dot.
    package var input: String
    package var output: String
    package var clientStreams: Bool
    package var serverStreams: Bool
    package var isIdempotent: Bool
    package var comment: String
  }

  package var name: String
  package var fullName: String
  package var comment: String
  package var methods: [Method]
}
