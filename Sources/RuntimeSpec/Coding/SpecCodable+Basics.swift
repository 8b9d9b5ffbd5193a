import Errors
import JSON

extension String: SpecCodable {
  public init(reading reader: SpecReader) throws(GantryError) {
    guard let value = reader.value.string else { throw reader.expected("a string") }
    self = value
  }

  public var json: JSONValue { .string(self) }
}

extension Bool: SpecCodable {
  public init(reading reader: SpecReader) throws(GantryError) {
    guard let value = reader.value.bool else { throw reader.expected("true or false") }
    self = value
  }

  public var json: JSONValue { .bool(self) }
}

extension FixedWidthInteger where Self: SpecCodable {
  public init(reading reader: SpecReader) throws(GantryError) {
    let exact: Self? =
      switch reader.value {
      case .integer(let value): Self(exactly: value)
      case .number(let value): Self(value.text, radix: 10) ?? Self(exactly: value.double)
      default: nil
      }
    guard let exact else { throw reader.expected("a whole number from \(Self.min) to \(Self.max)") }
    self = exact
  }

  public var json: JSONValue { JSONValue(self) }
}

extension Int32: SpecCodable {}
extension Int64: SpecCodable {}
extension UInt16: SpecCodable {}
extension UInt32: SpecCodable {}
extension UInt64: SpecCodable {}

extension Array: SpecCodable where Element: SpecCodable {
  public init(reading reader: SpecReader) throws(GantryError) {
    guard let elements = reader.value.array else { throw reader.expected("an array") }
    self = []
    reserveCapacity(elements.count)
    for (index, element) in elements.enumerated() {
      append(try Element(reading: SpecReader(element, path: "\(reader.path)[\(index)]")))
    }
  }

  public var json: JSONValue { .array(map(\.json)) }
}

extension Dictionary: SpecCodable where Key == String, Value: SpecCodable {
  public init(reading reader: SpecReader) throws(GantryError) {
    guard let object = reader.value.object else { throw reader.expected("an object") }
    self = [:]
    for (key, value) in object.members where value != .null {
      self[key] = try Value(reading: SpecReader(value, path: "\(reader.path).\(key)"))
    }
  }

  /// Sorted by key, so that the same settings always give the same bytes.
  public var json: JSONValue {
    .object(JSONObject(sorted { $0.key < $1.key }.map { ($0.key, $0.value.json) }))
  }
}
