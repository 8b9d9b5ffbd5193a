import Errors
import JSON

/// What a template is filled from.
package struct TemplateContext: Sendable {
  package typealias Method = @Sendable ([JSONValue]) -> JSONValue

  /// What a path that leads nowhere gets.
  package enum Missing: Sendable {
    /// Documents: "map has no entry for key".
    case noEntry
    /// Rows of a listing: "can't evaluate field".
    case unknownField(typeName: String)
  }

  package let root: JSONValue
  package let methods: [String: Method]
  package let missing: Missing
  /// What `{{json .}}` prints where that is not the root's own text.
  package let json: String?

  package init(root: JSONValue, methods: [String: Method] = [:], missing: Missing = .noEntry, json: String? = nil) {
    self.root = root
    self.methods = methods
    self.missing = missing
    self.json = json
  }

  /// Follows a path.
  ///
  /// - Parameter arguments: for a method at the path's end.
  /// - Throws: `.notFound` with the reason alone, without its place.
  func value(at path: [String], arguments: [JSONValue]) throws(GantryError) -> JSONValue {
    if path.count == 1, let method = methods[path[0]] { return method(arguments) }
    guard arguments.isEmpty else {
      throw GantryError(.notFound, "\(path.last ?? "") has arguments but cannot be invoked as function")
    }
    var value = root
    for (depth, name) in path.enumerated() {
      switch value {
      case .object(let object):
        guard let next = object[name] else {
          if depth == 0, case .unknownField(let typeName) = missing {
            throw GantryError(.notFound, "can't evaluate field \(name) in type \(typeName)")
          }
          throw GantryError(.notFound, "map has no entry for key \(GoSyntax.quoted(name))")
        }
        value = next
      case .null: throw GantryError(.notFound, "nil pointer evaluating interface {}.\(name)")
      default: throw GantryError(.notFound, "can't evaluate field \(name) in type interface {}")
      }
    }
    return value
  }
}
