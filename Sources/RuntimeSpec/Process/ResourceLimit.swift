import Errors
import JSON

/// A limit of setrlimit(2).
public struct ResourceLimit: SpecCodable, Equatable {
  /// Such as "RLIMIT_NOFILE".
  public var type: String
  /// `UInt64.max` is no limit.
  public var soft: UInt64
  /// `UInt64.max` is no limit.
  public var hard: UInt64

  public init(
    type: String,
    soft: UInt64 = 0,
    hard: UInt64 = 0
  ) {
    self.type = type
    self.soft = soft
    self.hard = hard
  }

  public init(reading reader: SpecReader) throws(GantryError) {
    type = try reader.required("type")
    soft = try reader.value("soft", default: 0)
    hard = try reader.value("hard", default: 0)
  }

  public var json: JSONValue {
    SpecWriter.object {
      $0.put("type", type)
      $0.put("soft", soft)
      $0.put("hard", hard)
    }
  }
}
