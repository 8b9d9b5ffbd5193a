import JSON

extension JSONValue {
  /// A list of texts.
  static func strings(_ values: [String]) -> JSONValue { .array(values.map { .string($0) }) }

  /// A list of texts, or null where it is empty, as Go prints a nil slice.
  static func stringsOrNull(_ values: [String]) -> JSONValue { values.isEmpty ? .null : strings(values) }

  /// A map of texts, sorted by key as Go does.
  static func map(_ values: [String: String]) -> JSONValue {
    .object(JSONObject(values.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
  }

  /// A set: `{"a": {}, "b": {}}`.
  static func set(_ keys: [String]) -> JSONValue {
    .object(JSONObject(keys.sorted().map { ($0, .object(JSONObject())) }))
  }

  static func moment(_ moment: Moment?) -> JSONValue { .string(moment?.rfc3339 ?? Moment.zeroText) }
}

extension JSONObject {
  /// Adds the member unless the value is nil.
  mutating func add(_ key: String, _ value: JSONValue?) {
    if let value { self[key] = value }
  }
}
