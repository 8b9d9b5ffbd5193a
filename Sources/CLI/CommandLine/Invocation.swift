/// A command line, understood: which options were given with what, and the arguments that are left.
package struct Invocation: Sendable {
  /// "gantry container run".
  package let path: String
  package let arguments: [String]
  private let values: [String: [String]]
  private let declared: Set<String>

  package init(path: String, arguments: [String], values: [String: [String]], declared: [Option]) {
    self.path = path
    self.arguments = arguments
    self.values = values
    self.declared = Set(declared.map(\.name))
  }

  /// Whether the option was written at all.
  package func isSet(_ name: String) -> Bool { values(name) != nil }

  /// A flag's state; `otherwise` where it was not written.
  package func flag(_ name: String, otherwise: Bool = false) -> Bool {
    guard let text = values(name)?.last else { return otherwise }
    return (try? GoSyntax.bool(text)) ?? otherwise
  }

  /// The last value given; nil where there is none.
  package func string(_ name: String) -> String? { values(name)?.last }

  /// All values given, in order.
  package func strings(_ name: String) -> [String] { values(name) ?? [] }

  /// Every `--filter` that says something: an empty one, as of a variable that is not set, filters nothing.
  package var filters: [String] { strings("filter").filter { !$0.isEmpty } }

  /// The last value given as a number; the parser has seen to it that it is one.
  package func integer(_ name: String) -> Int64? { string(name).flatMap { try? GoSyntax.integer($0) } }

  private func values(_ name: String) -> [String]? {
    precondition(declared.contains(name), "\(path) does not declare the option --\(name)")
    return values[name]
  }
}
