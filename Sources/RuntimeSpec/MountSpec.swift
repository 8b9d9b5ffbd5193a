import Errors
import JSON

/// A mount inside the container.
public struct MountSpec: SpecCodable, Equatable {
  /// Absolute path in the container.
  public var destination: String
  /// File system type; "bind" or "" with a bind option for a bind mount.
  public var type: String
  public var source: String
  /// As fstab(5) writes them.
  public var options: [String]
  public var uidMappings: [IDMapping]
  public var gidMappings: [IDMapping]

  public init(
    destination: String,
    type: String = "",
    source: String = "",
    options: [String] = [],
    uidMappings: [IDMapping] = [],
    gidMappings: [IDMapping] = []
  ) {
    self.destination = destination
    self.type = type
    self.source = source
    self.options = options
    self.uidMappings = uidMappings
    self.gidMappings = gidMappings
  }

  public init(reading reader: SpecReader) throws(GantryError) {
    destination = try reader.required("destination")
    type = try reader.value("type", default: "")
    source = try reader.value("source", default: "")
    options = try reader.value("options", default: [])
    uidMappings = try reader.value("uidMappings", default: [])
    gidMappings = try reader.value("gidMappings", default: [])
  }

  public var json: JSONValue {
    SpecWriter.object {
      $0.put("destination", destination)
      $0.put(nonEmpty: "type", type)
      $0.put(nonEmpty: "source", source)
      $0.put(nonEmpty: "options", options)
      $0.put(nonEmpty: "uidMappings", uidMappings)
      $0.put(nonEmpty: "gidMappings", gidMappings)
    }
  }
}
