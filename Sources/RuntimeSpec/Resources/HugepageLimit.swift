import Errors
import JSON

/// A limit of huge pages.
public struct HugepageLimit: SpecCodable, Equatable {
  /// Such as "2MB".
  public var pageSize: String
  /// Bytes.
  public var limit: UInt64

  public init(
    pageSize: String,
    limit: UInt64 = 0
  ) {
    self.pageSize = pageSize
    self.limit = limit
  }

  public init(reading reader: SpecReader) throws(GantryError) {
    pageSize = try reader.required("pageSize")
    limit = try reader.value("limit", default: 0)
  }

  public var json: JSONValue {
    SpecWriter.object {
      $0.put("pageSize", pageSize)
      $0.put("limit", limit)
    }
  }
}
