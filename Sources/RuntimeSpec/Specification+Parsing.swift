import Errors
import JSON

extension Specification {
  /// Reads a `config.json`. Members that this version does not know are ignored.
  ///
  /// - Throws: `.invalidArgument` naming the byte or the member that is wrong.
  public init(parsing bytes: some Sequence<UInt8>) throws(GantryError) {
    try self.init(reading: SpecReader(JSONValue(parsing: bytes)))
  }

  /// The document as UTF-8.
  public func serialized(indentation: String = "") -> [UInt8] { json.serialized(indentation: indentation) }
}

extension ProcessSpec {
  /// Reads an OCI process, as `exec` takes it.
  ///
  /// - Throws: `.invalidArgument` naming the byte or the member that is wrong.
  public init(parsing bytes: some Sequence<UInt8>) throws(GantryError) {
    try self.init(reading: SpecReader(JSONValue(parsing: bytes)))
  }

  /// The document as UTF-8.
  public func serialized() -> [UInt8] { json.serialized() }
}

extension Resources {
  /// Reads OCI resources, as `update` takes them.
  ///
  /// - Throws: `.invalidArgument` naming the byte or the member that is wrong.
  public init(parsing bytes: some Sequence<UInt8>) throws(GantryError) {
    try self.init(reading: SpecReader(JSONValue(parsing: bytes)))
  }

  /// The document as UTF-8.
  public func serialized() -> [UInt8] { json.serialized() }
}
