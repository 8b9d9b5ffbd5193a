import Errors
import JSON

/// Text with actions in `{{ }}`, as `--format` takes it: field paths, constants, functions and pipes.
///
/// The grammar is Go's text/template without its control structures.
package struct Template: Sendable {
  private let pieces: [TemplatePiece]

  /// Reads a template.
  ///
  /// - Throws: `.invalidArgument` in text/template's words, such as "template: :1: unclosed action".
  package init(_ source: String) throws(GantryError) { pieces = try TemplateScanner(source).pieces() }

  /// Reads the template of a `--format` option.
  ///
  /// - Throws: `CommandFailure.usage` with Docker's prefix.
  package static func parsing(_ source: String, exitCode: Int32 = 1) throws(CommandFailure) -> Template {
    do {
      return try Template(source)
    } catch {
      throw .usage("template parsing error: \(error.message)", exitCode: exitCode)
    }
  }

  /// The text with every action's result in its place.
  ///
  /// - Throws: `CommandFailure.local` in Docker's words about a field there is none of.
  package func render(_ context: TemplateContext) throws(CommandFailure) -> String {
    var text = ""
    for piece in pieces {
      switch piece {
      case .text(let literal): text += literal
      case .action(let pipeline):
        do {
          text += try pipeline.evaluate(context).goText
        } catch {
          throw .local("template parsing error: \(error.message)")
        }
      }
    }
    return text
  }
}
