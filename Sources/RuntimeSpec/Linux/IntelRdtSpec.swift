import Errors
import JSON

/// Cache and bandwidth allocation; carried, not applied.
public struct IntelRdtSpec: SpecCodable, Equatable {
  public var closID: String
  public var l3CacheSchema: String
  public var memBwSchema: String

  public init(
    closID: String = "",
    l3CacheSchema: String = "",
    memBwSchema: String = ""
  ) {
    self.closID = closID
    self.l3CacheSchema = l3CacheSchema
    self.memBwSchema = memBwSchema
  }

  public init(reading reader: SpecReader) throws(GantryError) {
    closID = try reader.value("closID", default: "")
    l3CacheSchema = try reader.value("l3CacheSchema", default: "")
    memBwSchema = try reader.value("memBwSchema", default: "")
  }

  public var json: JSONValue {
    SpecWriter.object {
      $0.put(nonEmpty: "closID", closID)
      $0.put(nonEmpty: "l3CacheSchema", l3CacheSchema)
      $0.put(nonEmpty: "memBwSchema", memBwSchema)
    }
  }
}
