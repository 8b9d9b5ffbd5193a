import JSON
import Messages

/// How the journal writes a snapshot down.
extension Snapshot {
  init?(_ json: JSONValue) {
    guard let key = json["key"]?.string, let kind = json["kind"]?.string.flatMap(Kind.init),
      let id = json["id"]?.integer.flatMap({ UInt64(exactly: $0) })
    else { return nil }
    self.key = key
    self.kind = kind
    self.id = id
    parent = json["parent"]?.string ?? ""
    createdAt = .init(nanosecondsSinceEpoch: json["created"]?.integer ?? 0)
    updatedAt = .init(nanosecondsSinceEpoch: json["updated"]?.integer ?? 0)
    labels = [:]
    for (name, value) in json["labels"]?.object?.members ?? [] { labels[name] = value.string }
    usage = SnapshotUsage(size: json["size"]?.integer ?? 0, inodes: json["inodes"]?.integer ?? 0)
  }

  var json: JSONValue {
    var object = JSONObject([
      ("key", .string(key)), ("kind", .string(kind.rawValue)), ("id", .integer(Int64(id))),
      ("created", .integer(createdAt.nanosecondsSinceEpoch)), ("updated", .integer(updatedAt.nanosecondsSinceEpoch)),
    ])
    if !parent.isEmpty { object["parent"] = .string(parent) }
    if !labels.isEmpty { object["labels"] = .object(JSONObject(labels.map { ($0.key, .string($0.value)) })) }
    if kind == .committed {
      object["size"] = .integer(usage.size)
      object["inodes"] = .integer(usage.inodes)
    }
    return .object(object)
  }
}
