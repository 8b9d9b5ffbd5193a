import Errors

/// What a template may call by name.
struct Function: Sendable {
  /// What an argument has to be.
  enum Parameter: Sendable {
    /// Whatever there is, even nothing (`reflect.Value`).
    case anything
    case typed(GoType)

    var name: String {
      switch self {
      case .anything: "reflect.Value"
      case .typed(let type): type.name
      }
    }
  }

  /// Functions that the executor itself carries out.
  enum Special: Sendable {
    /// `and`, `or`: evaluates arguments until one is as asked.
    case shortCircuit(stopAt: Bool)
    case call
  }

  let parameters: [Parameter]
  /// Any number of these follow.
  let more: Parameter?
  let special: Special?
  /// Errors say why, without the function's name.
  let body: @Sendable ([Value]) throws(GantryError) -> Value

  init(
    _ parameters: [Parameter], more: Parameter? = nil, special: Special? = nil,
    _ body: @escaping @Sendable ([Value]) throws(GantryError) -> Value
  ) {
    self.parameters = parameters
    self.more = more
    self.special = special
    self.body = body
  }

  init(_ parameters: [GoType], _ body: @escaping @Sendable ([Value]) throws(GantryError) -> Value) {
    self.init(parameters.map { .typed($0) }, body)
  }

  /// What the argument at `place` has to be.
  func parameter(_ place: Int) -> Parameter { place < parameters.count ? parameters[place] : more ?? .anything }
}
