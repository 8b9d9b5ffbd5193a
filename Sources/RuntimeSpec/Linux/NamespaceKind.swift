import Errors
import JSON

/// A kind of namespace, by the specification's name.
public enum NamespaceKind: String, SpecCodable, Hashable, CaseIterable {
  case pid
  case network
  case mount
  case ipc
  case uts
  case user
  case cgroup
  case time

  public init(reading reader: SpecReader) throws(GantryError) {
    guard let name = reader.value.string, let kind = NamespaceKind(rawValue: name) else {
      throw reader.expected("one of \(NamespaceKind.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    self = kind
  }

  public var json: JSONValue { .string(rawValue) }
}
