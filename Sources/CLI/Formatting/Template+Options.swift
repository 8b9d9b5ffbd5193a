import Errors
import Templates

extension Template {
  /// Reads the template of a `--format` option.
  ///
  /// - Parameter complaint: what Docker's command says before the reason.
  /// - Throws: `CommandFailure.usage` about a template that does not parse.
  package static func parsing(
    _ source: String, name: String = "", complaint: String = "template parsing error: ", exitCode: Int32 = 1
  ) throws(CommandFailure) -> Template {
    do {
      return try Template(source, name: name)
    } catch {
      throw .usage(complaint + error.message, exitCode: exitCode)
    }
  }

  /// Reads the template of a `--format` option that takes no table; nil where the command's own text is asked for.
  ///
  /// - Throws: `CommandFailure.usage` about a template that does not parse.
  package static func ofDocument(
    _ format: String, name: String = "", complaint: String = "template parsing error: "
  ) throws(CommandFailure) -> Template? {
    guard !format.isEmpty else { return nil }
    return try parsing(format == "json" ? "{{json .}}" : format, name: name, complaint: complaint, exitCode: 64)
  }

  /// Fills the template in.
  ///
  /// - Throws: `CommandFailure.usage` in text/template's words.
  package func rendering(
    _ value: Value, missingKey: MissingKey = .noValue, complaint: String = "template parsing error: ",
    exitCode: Int32 = 1
  ) throws(CommandFailure) -> String {
    let (output, error) = outcome(value, missingKey: missingKey)
    if let error { throw .usage(complaint + error.message, exitCode: exitCode) }
    return output
  }
}
