import Errors
import Wire

/// A message that is nothing but its bytes.
struct BytesMessage: Message {
  static let fullName = "gantry.test.Bytes"
  var bytes: [UInt8]

  init() { bytes = [] }
  init(_ bytes: [UInt8]) { self.bytes = bytes }
  init(serialized bytes: [UInt8]) throws(GantryError) { self.bytes = bytes }

  func serialized() -> [UInt8] { bytes }
}
