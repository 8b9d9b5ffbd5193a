import Errors
import JSON

/// A struct of Docker's: fields in order, methods, and how it looks as JSON.
public struct Record: Sendable {
  public struct Field: Sendable {
    public let name: String
    public let value: Value
    /// Whether its own fields are the record's too, as those of an embedded struct are.
    public let isEmbedded: Bool

    public init(_ name: String, _ value: Value, isEmbedded: Bool = false) {
      self.name = name
      self.value = value
      self.isEmbedded = isEmbedded
    }
  }

  /// What is called by its name like a field, and may take arguments, as `{{.Label "tier"}}` does.
  public struct Method: Sendable {
    let parameters: [GoType]
    let body: @Sendable ([Value]) throws(GantryError) -> Value

    public init(_ parameters: [GoType] = [], _ body: @escaping @Sendable ([Value]) throws(GantryError) -> Value) {
      self.parameters = parameters
      self.body = body
    }
  }

  enum Member {
    case field(Value)
    case method(Method)
  }

  /// Its name with its package: `formatter.ContainerContext`.
  public let typeName: String
  public let fields: [Field]
  public let methods: [String: Method]
  /// What `json` prints where that is not simply the fields.
  let document: JSONValue?
  /// Whether `json` writes `<`, `>` and `&` as escapes, as it does for types that make their JSON themselves.
  let escapesHTML: Bool
  /// Whether it is a map with methods in truth, which prints `<no value>` for a key it lacks.
  let isMap: Bool

  /// What its method `String` says, and so how it prints; nil where it has none.
  let text: String?

  public init(
    _ typeName: String, _ fields: [Field], methods: [String: Method] = [:], document: JSONValue? = nil,
    escapesHTML: Bool = false, isMap: Bool = false, text: String? = nil
  ) {
    self.typeName = typeName
    self.fields = fields
    self.methods = methods
    self.document = document
    self.escapesHTML = escapesHTML
    self.isMap = isMap
    self.text = text
  }

  /// The field or method of this name; nil where there is none.
  func member(_ name: String) -> Member? {
    if let method = methods[name] { return .method(method) }
    if let field = fields.first(where: { $0.name == name }) { return .field(field.value) }
    for field in fields where field.isEmbedded {
      if case .record(let inner)? = field.value.indirect, let member = inner.member(name) { return member }
    }
    return nil
  }
}
