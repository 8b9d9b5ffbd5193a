/// A number as a template writes it: an integer, a float, or a character, which is an integer too.
struct NumberConstant: Sendable {
  let text: String
  /// Its value where that is a whole number that an `int` holds, even if written as a float.
  let integer: Int64?
  let float: Double
  /// Whether it stands for an `int` where nothing asks for a type.
  let isInteger: Bool

  /// A character constant, such as `'a'`; nil if it is more than one character.
  init?(character: String, written text: String) {
    guard let scalar = character.unicodeScalars.first, character.unicodeScalars.count == 1 else { return nil }
    self.text = text
    integer = Int64(scalar.value)
    float = Double(scalar.value)
    isInteger = true
  }

  /// A number in Go's syntax: signs, `0x`, `0o`, `0b`, underscores between digits, exponents.
  ///
  /// - Returns: nil, and why, where it is none.
  static func parse(_ text: String) -> (number: NumberConstant?, complaint: String) {
    let quoted = GoText.quoted(text)
    let looksLikeFloat = text.utf8.contains { ".eEpP".utf8.contains($0) }
    if let value = GoText.integer(text) {
      return (NumberConstant(text: text, integer: value, float: Double(value), isInteger: true), "")
    }
    // What an unsigned integer holds is a number, but none that a template can use.
    if let value = GoText.unsigned(text) {
      return (NumberConstant(text: text, integer: nil, float: Double(value), isInteger: true), "")
    }
    guard let value = GoText.float(text), value.isFinite else { return (nil, "illegal number syntax: \(quoted)") }
    guard looksLikeFloat else { return (nil, "integer overflow: \(quoted)") }
    return (NumberConstant(text: text, integer: Int64(exactly: value), float: value, isInteger: false), "")
  }

  private init(text: String, integer: Int64?, float: Double, isInteger: Bool) {
    self.text = text
    self.integer = integer
    self.float = float
    self.isInteger = isInteger
  }

  /// What it is where any value will do; nil where it is too large for an `int`.
  var value: Value? { isInteger ? integer.map { .integer($0, .int) } : .float(float) }
}
