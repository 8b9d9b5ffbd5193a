import Errors
import JSON

/// A condition on an argument of a system call.
public struct SeccompArgument: SpecCodable, Equatable {
  /// 0 to 5.
  public var index: UInt32
  public var value: UInt64
  /// For SCMP_CMP_MASKED_EQ: the value after masking.
  public var valueTwo: UInt64
  /// "SCMP_CMP_EQ" and so on.
  public var op: String

  public init(
    index: UInt32 = 0,
    value: UInt64 = 0,
    valueTwo: UInt64 = 0,
    op: String
  ) {
    self.index = index
    self.value = value
    self.valueTwo = valueTwo
    self.op = op
  }

  public init(reading reader: SpecReader) throws(GantryError) {
    index = try reader.value("index", default: 0)
    value = try reader.value("value", default: 0)
    valueTwo = try reader.value("valueTwo", default: 0)
    op = try reader.required("op")
  }

  public var json: JSONValue {
    SpecWriter.object {
      $0.put("index", index)
      $0.put("value", value)
      if valueTwo != 0 { $0.put("valueTwo", valueTwo) }
      $0.put("op", op)
    }
  }
}
