import Errors

/// `ttrpc.Request`: which method is called, and with what.
package struct RequestEnvelope: Sendable, Equatable {
  package var service = ""
  package var method = ""
  package var payload: [UInt8] = []
  /// nil (0 on the wire) is none.
  package var timeoutInNanoseconds: Int64?
  package var metadata = Metadata()

  package init() {}

  /// - Throws: `GantryError` with `.invalidArgument` on anything malformed.
  package init(decoding bytes: UnsafeRawBufferPointer) throws(GantryError) {
    var reader = ProtobufReader(bytes)
    while let field = try reader.field() {
      switch (field.number, field.type) {
      case (1, .lengthDelimited): service = try reader.string()
      case (2, .lengthDelimited): method = try reader.string()
      case (3, .lengthDelimited): payload = [UInt8](try reader.chunk())
      case (4, .varint):
        let value = Int64(bitPattern: try reader.varint())
        timeoutInNanoseconds = value == 0 ? nil : value
      case (5, .lengthDelimited):
        let pair = try Self.pair(try reader.chunk())
        metadata.append(pair.value, for: pair.key)
      default: try reader.skip(field)
      }
    }
  }

  private static func pair(_ bytes: UnsafeRawBufferPointer) throws(GantryError) -> (key: String, value: String) {
    var reader = ProtobufReader(bytes)
    var pair = (key: "", value: "")
    while let field = try reader.field() {
      switch (field.number, field.type) {
      case (1, .lengthDelimited): pair.key = try reader.string()
      case (2, .lengthDelimited): pair.value = try reader.string()
      default: try reader.skip(field)
      }
    }
    return pair
  }

  package func encode(to bytes: inout [UInt8]) {
    ProtobufWriter.string(1, service, to: &bytes)
    ProtobufWriter.string(2, method, to: &bytes)
    ProtobufWriter.chunk(3, payload, to: &bytes)
    ProtobufWriter.integer(4, timeoutInNanoseconds ?? 0, to: &bytes)
    for (key, value) in metadata.pairs {
      let length = ProtobufWriter.length(ofString: key) + ProtobufWriter.length(ofString: value)
      bytes.append(5 << 3 | 2)
      ProtobufWriter.varint(UInt64(length), to: &bytes)
      ProtobufWriter.string(1, key, to: &bytes)
      ProtobufWriter.string(2, value, to: &bytes)
    }
  }
}
