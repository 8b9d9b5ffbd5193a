import Errors
import JSON

/// One value of a configuration document together with the path that leads to it, for errors that name the place.
public struct SpecReader {
  public let value: JSONValue
  /// Such as "linux.resources.memory"; "" at the top.
  public let path: String

  public init(_ value: JSONValue, path: String = "") {
    self.value = value
    self.path = path
  }

  /// The error that says what this place should hold.
  public func expected(_ what: String) -> GantryError {
    let place = path.isEmpty ? "the document" : path
    return GantryError(.invalidArgument, "OCI configuration: \(place) is not \(what); correct that member")
  }

  /// The member `key`; nil where it is missing or null.
  ///
  /// - Throws: `.invalidArgument` where this value is no object.
  public func member(_ key: String) throws(GantryError) -> SpecReader? {
    guard let object = value.object else { throw expected("an object") }
    guard let member = object[key], member != .null else { return nil }
    return SpecReader(member, path: path.isEmpty ? key : "\(path).\(key)")
  }

  /// The member `key` where there is one.
  public func optional<Value: SpecCodable>(_ key: String) throws(GantryError) -> Value? {
    guard let reader = try member(key) else { return nil }
    return try Value(reading: reader)
  }

  /// The member `key`, or `fallback` where it is missing or null, as Go's zero values.
  public func value<Value: SpecCodable>(_ key: String, default fallback: Value) throws(GantryError) -> Value {
    try optional(key) ?? fallback
  }

  /// The member `key`, which must be there.
  public func required<Value: SpecCodable>(_ key: String) throws(GantryError) -> Value {
    if let value: Value = try optional(key) { return value }
    let place = path.isEmpty ? key : "\(path).\(key)"
    throw GantryError(.invalidArgument, "OCI configuration: \(place) is missing; add that member")
  }

  /// The member `key` as a list; empty where it is missing or null.
  public func list<Value: SpecCodable>(_ key: String) throws(GantryError) -> [Value] {
    try optional(key) ?? []
  }
}
