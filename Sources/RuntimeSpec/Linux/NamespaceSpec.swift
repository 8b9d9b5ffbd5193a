import Errors
import JSON

/// A namespace to make or to join.
public struct NamespaceSpec: SpecCodable, Equatable {
  public var type: NamespaceKind
  /// Path of a namespace to join; "" makes a new one.
  public var path: String

  public init(
    type: NamespaceKind,
    path: String = ""
  ) {
    self.type = type
    self.path = path
  }

  public init(reading reader: SpecReader) throws(GantryError) {
    type = try reader.required("type")
    path = try reader.value("path", default: "")
  }

  public var json: JSONValue {
    SpecWriter.object {
      $0.put("type", type)
      $0.put(nonEmpty: "path", path)
    }
  }
}
