/// What stands between `%` and the verb of a `printf` directive.
struct FormatFlags {
  /// Go refuses wider fields.
  static let widest = 1_000_000

  var width: Int?
  var precision: Int?
  var plus = false
  var minus = false
  var sharp = false
  var space = false
  var zero = false

  static let plain = FormatFlags()

  /// `text` in its field.
  func padded(_ text: String) -> String {
    guard let width else { return text }
    let missing = width - text.unicodeScalars.count
    guard missing > 0 else { return text }
    let filling = String(repeating: zero && !minus ? "0" : " ", count: missing)
    return minus ? text + filling : filling + text
  }
}
