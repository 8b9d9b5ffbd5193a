import Errors

/// Stages, each of which hands its result to the next.
package struct TemplatePipeline: Sendable {
  let commands: [TemplateCommand]

  /// The last stage's result.
  ///
  /// - Throws: `GantryError` in text/template's words.
  func evaluate(_ context: TemplateContext) throws(GantryError) -> TemplateValue {
    var result: TemplateValue?
    for command in commands { result = try command.evaluate(context, piped: result) }
    return result ?? TemplateValue(.null)
  }
}
