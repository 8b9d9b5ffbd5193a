import Errors
import JSON

/// Text with actions in `{{ }}`: Go's text/template, with Docker's functions.
///
/// ```swift
/// let template = try Template("{{.Name | upper}}: {{range .Ports}}{{.}} {{end}}")
/// let text = try template.text(value)
/// ```
///
/// Every command that takes `--format` or `-f` goes through this type. What a template can do with a value depends on
/// what the value is made of: see `Value`.
///
/// - SeeAlso: <https://pkg.go.dev/text/template>, <https://docs.docker.com/engine/cli/formatting/>
public struct Template: Sendable {
  /// What becomes of a key that a map lacks.
  public enum MissingKey: Sendable {
    /// It prints `<no value>`.
    case noValue
    /// It is an error (`missingkey=error`).
    case error
  }

  /// What errors call it.
  let name: String
  let source: String
  /// The templates by their names; the source as a whole has the template's own.
  let definitions: [String: [Node]]

  /// Reads a template.
  ///
  /// - Parameter name: what errors call it; most of Docker's templates have none.
  /// - Throws: `.invalidArgument` in text/template's words, such as "template: :1: unclosed action".
  public init(_ source: String, name: String = "") throws(GantryError) {
    self.name = name
    self.source = source
    definitions = try Parser.parse(source, name: name, functions: .docker)
  }

  /// The text with every action's result in its place.
  ///
  /// - Parameters:
  ///   - value: what `.` is.
  ///   - functions: what names mean while filling in; other functions than those of the language are the header's.
  /// - Throws: `.invalidArgument` in text/template's words, such as
  ///   `template: :1:2: executing "" at <.Foo>: map has no entry for key "Foo"`.
  public func text(
    _ value: Value, functions: FunctionTable = .docker, missingKey: MissingKey = .noValue
  ) throws(GantryError) -> String {
    let (output, error) = outcome(value, functions: functions, missingKey: missingKey)
    if let error { throw error }
    return output
  }

  /// The same with what was put out before an error, as Go's `Execute` leaves it in its writer.
  public func outcome(
    _ value: Value, functions: FunctionTable = .docker, missingKey: MissingKey = .noValue
  ) -> (output: String, error: GantryError?) {
    var executor = Executor(template: self, value: value, functions: functions, missingKey: missingKey)
    do throws(GantryError) {
      try executor.run()
      return (executor.output, nil)
    } catch {
      return (executor.output, error)
    }
  }
}
