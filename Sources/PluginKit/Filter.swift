import Errors
import Glibc

/// One of containerd's filters, as `List` takes them: `name==a,labels."com.x"~=^v1,kind!=view`. All its parts must hold.
///
/// - SeeAlso: containerd, `pkg/filters`.
public struct Filter: Sendable, Equatable {
  enum Operation: String, Sendable {
    case present = ""
    case equal = "=="
    case different = "!="
    case matches = "~="
  }

  struct Condition: Sendable, Equatable {
    var path: [String]
    var operation: Operation
    var value: String
  }

  let conditions: [Condition]

  /// Reads one filter; the empty one lets everything through.
  ///
  /// - Throws: `.invalidArgument` naming the filter.
  public init(parsing text: String) throws(GantryError) {
    var scanner = FilterScanner(text)
    conditions = try scanner.conditions()
  }

  /// Whether `fields`, asked for a field by its path (`["labels", "com.x"]`), gives what the filter wants; nil is absent.
  public func matches(_ fields: (_ path: [String]) -> String?) -> Bool {
    conditions.allSatisfy { condition in
      let field = fields(condition.path)
      return switch condition.operation {
      case .present: field != nil
      case .equal: field == condition.value
      case .different: field != condition.value
      case .matches: field.map { Self.matches($0, pattern: condition.value) } ?? false
      }
    }
  }

  private static func matches(_ text: String, pattern: String) -> Bool {
    var expression = regex_t()
    guard regcomp(&expression, pattern, REG_EXTENDED | REG_NOSUB) == 0 else { return false }
    defer { regfree(&expression) }
    return regexec(&expression, text, 0, nil, 0) == 0
  }
}

extension [Filter] {
  /// Reads the filters of a request.
  ///
  /// - Throws: `.invalidArgument` naming the filter that is wrong.
  public init(parsing texts: [String]) throws(GantryError) {
    self = []
    for text in texts { append(try Filter(parsing: text)) }
  }

  /// Whether any of the filters matches; none at all let everything through.
  public func matchesAny(_ fields: (_ path: [String]) -> String?) -> Bool {
    isEmpty || contains { $0.matches(fields) }
  }
}
