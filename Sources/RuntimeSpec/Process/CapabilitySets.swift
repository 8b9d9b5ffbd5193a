import Errors
import JSON

/// The five capability sets, names such as "CAP_CHOWN".
public struct CapabilitySets: SpecCodable, Equatable {
  public var bounding: [String]
  public var effective: [String]
  public var inheritable: [String]
  public var permitted: [String]
  public var ambient: [String]

  public init(
    bounding: [String] = [],
    effective: [String] = [],
    inheritable: [String] = [],
    permitted: [String] = [],
    ambient: [String] = []
  ) {
    self.bounding = bounding
    self.effective = effective
    self.inheritable = inheritable
    self.permitted = permitted
    self.ambient = ambient
  }

  public init(reading reader: SpecReader) throws(GantryError) {
    bounding = try reader.value("bounding", default: [])
    effective = try reader.value("effective", default: [])
    inheritable = try reader.value("inheritable", default: [])
    permitted = try reader.value("permitted", default: [])
    ambient = try reader.value("ambient", default: [])
  }

  public var json: JSONValue {
    SpecWriter.object {
      $0.put(nonEmpty: "bounding", bounding)
      $0.put(nonEmpty: "effective", effective)
      $0.put(nonEmpty: "inheritable", inheritable)
      $0.put(nonEmpty: "permitted", permitted)
      $0.put(nonEmpty: "ambient", ambient)
    }
  }
}
