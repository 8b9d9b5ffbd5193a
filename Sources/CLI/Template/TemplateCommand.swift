import Errors
import JSON

/// One stage of a pipeline: a function or a value, and its arguments.
package struct TemplateCommand: Sendable {
  enum Head: Sendable {
    case function(TemplateFunction, place: String)
    case operand(TemplateOperand)
  }

  let head: Head
  let arguments: [TemplateOperand]

  /// - Parameter piped: the result of the stage before, which becomes the last argument.
  /// - Throws: `GantryError` in text/template's words.
  func evaluate(_ context: TemplateContext, piped: TemplateValue?) throws(GantryError) -> TemplateValue {
    var values: [TemplateValue] = []
    for argument in arguments { values.append(try argument.evaluate(context)) }
    if let piped { values.append(piped) }
    switch head {
    case .operand(let operand): return try operand.evaluate(context, arguments: values.map(\.json))
    case .function(let function, let place):
      do {
        return TemplateValue(try function.call(values, context))
      } catch {
        throw GantryError(error.code, "template: \(place): error calling \(function.rawValue): \(error.message)")
      }
    }
  }
}
