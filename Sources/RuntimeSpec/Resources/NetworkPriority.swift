import Errors
import JSON

/// The priority of an interface.
public struct NetworkPriority: SpecCodable, Equatable {
  public var name: String
  public var priority: UInt32

  public init(
    name: String,
    priority: UInt32 = 0
  ) {
    self.name = name
    self.priority = priority
  }

  public init(reading reader: SpecReader) throws(GantryError) {
    name = try reader.required("name")
    priority = try reader.value("priority", default: 0)
  }

  public var json: JSONValue {
    SpecWriter.object {
      $0.put("name", name)
      $0.put("priority", priority)
    }
  }
}
