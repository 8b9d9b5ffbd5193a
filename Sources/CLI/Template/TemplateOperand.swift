import Errors
import JSON

/// One value in an action.
package indirect enum TemplateOperand: Sendable {
  case dot
  /// A path of fields, and the place that errors name.
  case path([String], place: String)
  case constant(JSONValue)
  case group(TemplatePipeline)

  /// `true`, `false` and `nil`.
  init?(constant word: String) {
    switch word {
    case "true": self = .constant(.bool(true))
    case "false": self = .constant(.bool(false))
    case "nil": self = .constant(.null)
    default: return nil
    }
  }

  /// The operand's value.
  ///
  /// - Throws: `.notFound` in text/template's words.
  func evaluate(_ context: TemplateContext, arguments: [JSONValue] = []) throws(GantryError) -> TemplateValue {
    switch self {
    case .dot: return TemplateValue(context.root, isRoot: true)
    case .constant(let value): return TemplateValue(value)
    case .group(let pipeline): return try pipeline.evaluate(context)
    case .path(let names, let place):
      do {
        return TemplateValue(try context.value(at: names, arguments: arguments))
      } catch {
        throw GantryError(error.code, "template: \(place): \(error.message)")
      }
    }
  }
}
