import Errors
import JSON

/// A type of the OCI runtime specification: read from a document and written back.
public protocol SpecCodable: Sendable {
  /// - Throws: `.invalidArgument` naming the member that is wrong.
  init(reading reader: SpecReader) throws(GantryError)

  /// As it stands in a document; members with Go's zero value are left out.
  var json: JSONValue { get }
}
