/// A number that is no `Int64`, kept as it is written: what another program wrote goes out again digit for digit, and one
/// that no Swift type can hold hinders nobody who does not ask for its value.
public struct JSONNumber: Sendable, Equatable {
  /// As RFC 8259 has it.
  public let text: String

  /// Takes a number's text, which the parser has seen to.
  init(text: String) { self.text = text }

  /// The nearest value; an infinity where the number is out of range.
  public var double: Double { Double(text) ?? .nan }
}

extension JSONValue {
  /// A number; `null` for what JSON has no number for.
  public init(_ value: Double) {
    self = value.isFinite ? .number(JSONNumber(text: "\(value)")) : .null
  }

  /// A number with all its digits.
  public init(_ value: some FixedWidthInteger) {
    self = Int64(exactly: value).map { .integer($0) } ?? .number(JSONNumber(text: String(value)))
  }
}
