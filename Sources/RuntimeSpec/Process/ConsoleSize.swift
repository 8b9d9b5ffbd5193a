import Errors
import JSON

/// Size of a terminal in characters.
public struct ConsoleSize: SpecCodable, Equatable {
  /// Rows.
  public var height: UInt16
  /// Columns.
  public var width: UInt16

  public init(
    height: UInt16 = 0,
    width: UInt16 = 0
  ) {
    self.height = height
    self.width = width
  }

  public init(reading reader: SpecReader) throws(GantryError) {
    height = try reader.value("height", default: 0)
    width = try reader.value("width", default: 0)
  }

  public var json: JSONValue {
    SpecWriter.object {
      $0.put("height", height)
      $0.put("width", width)
    }
  }
}
