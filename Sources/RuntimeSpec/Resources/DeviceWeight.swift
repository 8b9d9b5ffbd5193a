import Errors
import JSON

/// A block device's share.
public struct DeviceWeight: SpecCodable, Equatable {
  public var major: Int64
  public var minor: Int64
  /// 10 to 1000.
  public var weight: UInt16?
  public var leafWeight: UInt16?

  public init(
    major: Int64 = 0,
    minor: Int64 = 0,
    weight: UInt16? = nil,
    leafWeight: UInt16? = nil
  ) {
    self.major = major
    self.minor = minor
    self.weight = weight
    self.leafWeight = leafWeight
  }

  public init(reading reader: SpecReader) throws(GantryError) {
    major = try reader.value("major", default: 0)
    minor = try reader.value("minor", default: 0)
    weight = try reader.optional("weight")
    leafWeight = try reader.optional("leafWeight")
  }

  public var json: JSONValue {
    SpecWriter.object {
      $0.put("major", major)
      $0.put("minor", minor)
      $0.put("weight", weight)
      $0.put("leafWeight", leafWeight)
    }
  }
}
