import Errors

/// `ttrpc.Response`: a status, absent on success, and the response message.
package struct ResponseEnvelope: Sendable {
  package var error: GantryError?
  package var payload: [UInt8] = []

  package init(payload: [UInt8]) { self.payload = payload }

  package init(error: GantryError) { self.error = error }

  /// - Throws: `GantryError` with `.invalidArgument` on anything malformed.
  package init(decoding bytes: UnsafeRawBufferPointer) throws(GantryError) {
    var reader = ProtobufReader(bytes)
    while let field = try reader.field() {
      switch (field.number, field.type) {
      case (1, .lengthDelimited): error = try Self.status(try reader.chunk())
      case (2, .lengthDelimited): payload = [UInt8](try reader.chunk())
      default: try reader.skip(field)
      }
    }
  }

  /// `google.rpc.Status`; code 0 is success. Details are stepped over: the engine's errors have none.
  private static func status(_ bytes: UnsafeRawBufferPointer) throws(GantryError) -> GantryError? {
    var reader = ProtobufReader(bytes)
    var code: Int32 = 0
    var message = ""
    while let field = try reader.field() {
      switch (field.number, field.type) {
      case (1, .varint): code = Int32(truncatingIfNeeded: try reader.varint())
      // Repaired rather than refused: an error with a broken text still is that error.
      case (2, .lengthDelimited): message = String(decoding: try reader.chunk(), as: UTF8.self)
      default: try reader.skip(field)
      }
    }
    return code == 0 ? nil : GantryError(ErrorCode(wireValue: code), message)
  }

  /// An error's text never makes its frame too large.
  private static let longestMessage = 64 << 10

  package func encode(to bytes: inout [UInt8]) {
    if let error {
      var status: [UInt8] = []
      var message = error.message
      if message.utf8.count > Self.longestMessage {
        message = String(decoding: message.utf8.prefix(Self.longestMessage), as: UTF8.self)
      }
      ProtobufWriter.integer(1, Int64(error.code.rawValue), to: &status)
      ProtobufWriter.string(2, message, to: &status)
      ProtobufWriter.chunk(1, status, to: &bytes)
    }
    ProtobufWriter.chunk(2, payload, to: &bytes)
  }
}
