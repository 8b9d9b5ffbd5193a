import JSON

/// Collects the members of an object, leaving out what a reader takes for granted.
struct SpecWriter {
  private var members: [(String, JSONValue)] = []

  /// The object that `fill` writes.
  static func object(_ fill: (inout SpecWriter) -> Void) -> JSONValue {
    var writer = SpecWriter()
    fill(&writer)
    return .object(JSONObject(writer.members))
  }

  mutating func put(_ key: String, _ value: (some SpecCodable)?) {
    if let value { members.append((key, value.json)) }
  }

  mutating func put(nonEmpty key: String, _ value: String) {
    if !value.isEmpty { put(key, value) }
  }

  mutating func put(nonEmpty key: String, _ value: [some SpecCodable]) {
    if !value.isEmpty { put(key, value) }
  }

  mutating func put(nonEmpty key: String, _ value: [String: some SpecCodable]) {
    if !value.isEmpty { put(key, value) }
  }

  mutating func put(set key: String, _ value: Bool) {
    if value { put(key, value) }
  }
}
