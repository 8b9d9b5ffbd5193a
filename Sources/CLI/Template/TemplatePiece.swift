/// A stretch of a template.
package enum TemplatePiece: Sendable {
  case text(String)
  case action(TemplatePipeline)
}
