import Errors
import JSON

/// How many tasks there may be.
public struct PidsResources: SpecCodable, Equatable {
  /// 0 or less is no limit.
  public var limit: Int64?

  public init(
    limit: Int64? = nil
  ) {
    self.limit = limit
  }

  public init(reading reader: SpecReader) throws(GantryError) {
    limit = try reader.optional("limit")
  }

  public var json: JSONValue {
    SpecWriter.object {
      $0.put("limit", limit)
    }
  }
}
