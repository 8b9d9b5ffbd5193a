import Errors
import JSON

/// A block device's rate.
public struct DeviceThrottle: SpecCodable, Equatable {
  public var major: Int64
  public var minor: Int64
  /// Bytes or operations a second.
  public var rate: UInt64

  public init(
    major: Int64 = 0,
    minor: Int64 = 0,
    rate: UInt64 = 0
  ) {
    self.major = major
    self.minor = minor
    self.rate = rate
  }

  public init(reading reader: SpecReader) throws(GantryError) {
    major = try reader.value("major", default: 0)
    minor = try reader.value("minor", default: 0)
    rate = try reader.value("rate", default: 0)
  }

  public var json: JSONValue {
    SpecWriter.object {
      $0.put("major", major)
      $0.put("minor", minor)
      $0.put("rate", rate)
    }
  }
}
