/// One stage of a pipeline: what is called or named, and its arguments.
struct Command: Sendable {
  /// Never empty; the first is the function or the value.
  let operands: [Operand]
  let offset: Int

  var source: String {
    operands.map { if case .pipeline(let inner) = $0 { "(\(inner.source))" } else { $0.source } }.joined(separator: " ")
  }
}
