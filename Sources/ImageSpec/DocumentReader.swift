import Errors
import JSON

/// Reads members of a stranger's JSON object; every error says which document, and where in it.
///
/// A member that is `null` counts as absent, as in Go.
struct DocumentReader {
  private let object: JSONObject
  private let place: String

  /// More bytes than this are refused before they are parsed.
  static let maximumSize = 4 << 20
  /// More elements than this in one list are refused: no image has that many.
  static let maximumCount = 10_000

  /// Parses a whole document.
  init(parsing bytes: [UInt8], name: String) throws(GantryError) {
    guard bytes.count <= Self.maximumSize else {
      throw GantryError(
        .invalidArgument, "\(name) has \(bytes.count) bytes; more than \(Self.maximumSize) are not read")
    }
    let value: JSONValue
    do { value = try JSONValue(parsing: bytes) } catch { throw error.wrapped(name) }
    try self.init(value, place: name)
  }

  init(_ value: JSONValue, place: String) throws(GantryError) {
    guard let object = value.object else {
      throw GantryError(.invalidArgument, "\(place) is not valid: it must be a JSON object")
    }
    self.object = object
    self.place = place
  }

  func failure(_ key: String, _ what: String) -> GantryError {
    GantryError(.invalidArgument, "\(place) is not valid: \(key) \(what)")
  }

  func value(_ key: String) -> JSONValue? {
    guard let value = object[key], value != .null else { return nil }
    return value
  }

  func string(_ key: String) throws(GantryError) -> String? {
    guard let value = value(key) else { return nil }
    guard let string = value.string else { throw failure(key, "must be a string") }
    return string
  }

  func integer(_ key: String) throws(GantryError) -> Int64? {
    guard let value = value(key) else { return nil }
    guard let integer = value.integer else { throw failure(key, "must be a whole number") }
    return integer
  }

  func bool(_ key: String) throws(GantryError) -> Bool? {
    guard let value = value(key) else { return nil }
    guard let bool = value.bool else { throw failure(key, "must be true or false") }
    return bool
  }

  func strings(_ key: String) throws(GantryError) -> [String]? {
    guard let value = value(key) else { return nil }
    guard let array = value.array else { throw failure(key, "must be a list of strings") }
    try check(count: array.count, key)
    var strings: [String] = []
    for element in array {
      guard let string = element.string else { throw failure(key, "must be a list of strings") }
      strings.append(string)
    }
    return strings
  }

  /// Docker takes a lone string for a list of one.
  func stringOrStrings(_ key: String) throws(GantryError) -> [String]? {
    if let string = value(key)?.string { return [string] }
    return try strings(key)
  }

  func stringMap(_ key: String) throws(GantryError) -> [String: String]? {
    guard let value = value(key) else { return nil }
    guard let object = value.object else { throw failure(key, "must be an object of strings") }
    try check(count: object.members.count, key)
    var map: [String: String] = [:]
    for (name, value) in object.members {
      guard let string = value.string else { throw failure("\(key).\(name)", "must be a string") }
      map[name] = string
    }
    return map
  }

  /// The names of an object's members, in order: how Docker writes sets.
  func names(_ key: String) throws(GantryError) -> [String] {
    guard let value = value(key) else { return [] }
    guard let object = value.object else { throw failure(key, "must be an object") }
    try check(count: object.members.count, key)
    return object.members.map(\.key)
  }

  func reader(_ key: String) throws(GantryError) -> DocumentReader? {
    guard let value = value(key) else { return nil }
    return try DocumentReader(value, place: "\(place): \(key)")
  }

  func readers(_ key: String) throws(GantryError) -> [DocumentReader]? {
    guard let value = value(key) else { return nil }
    guard let array = value.array else { throw failure(key, "must be a list") }
    try check(count: array.count, key)
    var readers: [DocumentReader] = []
    for (index, element) in array.enumerated() {
      readers.append(try DocumentReader(element, place: "\(place): \(key)[\(index)]"))
    }
    return readers
  }

  private func check(count: Int, _ key: String) throws(GantryError) {
    guard count <= Self.maximumCount else {
      throw failure(key, "has \(count) elements; more than \(Self.maximumCount) are not read")
    }
  }
}
