/// `print`, `println` and `printf`, as Go's fmt has them.
///
/// - SeeAlso: <https://pkg.go.dev/fmt#hdr-Printing>
struct Printf {
  /// Operands one after the other, a space between two of which neither is text.
  static func print(_ values: [Value]) -> String {
    var text = ""
    var previousIsText = true
    for (place, value) in values.enumerated() {
      let isText = value.isText
      if place > 0, !isText, !previousIsText { text += " " }
      text += Formatter.text(value)
      previousIsText = isText
    }
    return text
  }

  /// Operands with spaces between them, and a new line.
  static func println(_ values: [Value]) -> String { values.map(Formatter.text).joined(separator: " ") + "\n" }

  /// The format with its directives filled in; what does not fit is told in the text, as Go does.
  static func printf(_ format: String, _ values: [Value]) -> String {
    var printf = Printf(format: Array(format.unicodeScalars), values: values)
    printf.run()
    return printf.output
  }

  private let format: [Unicode.Scalar]
  private let values: [Value]
  private var position = 0
  private var argument = 0
  private var isReordered = false
  /// Whether every `[n]` of this directive named an operand.
  private var isGoodArgument = true
  private var output = ""

  private init(format: [Unicode.Scalar], values: [Value]) {
    self.format = format
    self.values = values
  }

  private var current: Unicode.Scalar? { position < format.count ? format[position] : nil }

  private mutating func run() {
    while let scalar = current {
      position += 1
      if scalar == "%" { directive() } else { output.unicodeScalars.append(scalar) }
    }
    guard !isReordered, argument < values.count else { return }
    let extra = values[argument...].map { value in
      value.isNil && value.type != .pointer(.any) ? "<nil>" : "\(value.unwrapped.typeName)=\(Formatter.text(value))"
    }
    output += "%!(EXTRA \(extra.joined(separator: ", ")))"
  }

  private mutating func directive() {
    isGoodArgument = true
    isReordered = false
    var flags = flags()
    var isAfterIndex = index()
    width(&flags, &isAfterIndex)
    precision(&flags, &isAfterIndex)
    if !isAfterIndex { _ = index() }
    guard let verb = current else {
      output += "%!(NOVERB)"
      return
    }
    position += 1
    if verb == "%" {
      output += "%"
    } else if !isGoodArgument {
      output += "%!\(verb)(BADINDEX)"
    } else if argument >= values.count {
      output += "%!\(verb)(MISSING)"
    } else {
      output += Formatter(verb: verb, flags: flags).format(values[argument])
      argument += 1
    }
  }

  private mutating func flags() -> FormatFlags {
    var flags = FormatFlags()
    while let scalar = current {
      switch scalar {
      case "#": flags.sharp = true
      case "0": flags.zero = true
      case "+": flags.plus = true
      case "-": flags.minus = true
      case " ": flags.space = true
      default: return flags
      }
      position += 1
    }
    return flags
  }

  private mutating func width(_ flags: inout FormatFlags, _ isAfterIndex: inout Bool) {
    if current == "*" {
      position += 1
      isAfterIndex = false
      guard let width = numberFromOperand() else {
        output += "%!(BADWIDTH)"
        return
      }
      flags.width = abs(width)
      if width < 0 {
        flags.minus = true
        flags.zero = false
      }
    } else {
      flags.width = number()
      if isAfterIndex, flags.width != nil { isGoodArgument = false }
    }
  }

  private mutating func precision(_ flags: inout FormatFlags, _ isAfterIndex: inout Bool) {
    guard current == "." else { return }
    position += 1
    if isAfterIndex { isGoodArgument = false }
    isAfterIndex = index()
    if current == "*" {
      position += 1
      isAfterIndex = false
      flags.precision = numberFromOperand().flatMap { $0 < 0 ? nil : $0 }
      if flags.precision == nil { output += "%!(BADPREC)" }
    } else {
      flags.precision = number() ?? 0
    }
  }

  /// Digits; nil where there are none or they say too much.
  private mutating func number() -> Int? {
    var value: Int?
    while let scalar = current, ("0"..."9").contains(scalar) {
      value = (value ?? 0) * 10 + Int(scalar.value - 48)
      position += 1
      if let value, value > FormatFlags.widest { return nil }
    }
    return value
  }

  private mutating func numberFromOperand() -> Int? {
    guard argument < values.count else { return nil }
    argument += 1
    guard case .integer(let value, _) = values[argument - 1].unwrapped, abs(value) <= FormatFlags.widest else {
      return nil
    }
    return Int(value)
  }

  /// `[n]`: the next operand is the nth.
  ///
  /// - Returns: whether one was here.
  private mutating func index() -> Bool {
    guard current == "[" else { return false }
    isReordered = true
    guard let close = format[position...].firstIndex(of: "]") else {
      isGoodArgument = false
      position += 1
      return false
    }
    let digits = String(String.UnicodeScalarView(format[(position + 1)..<close]))
    position = close + 1
    guard let number = Int(digits), (1...max(1, values.count)).contains(number), !values.isEmpty else {
      isGoodArgument = false
      return true
    }
    argument = number - 1
    return true
  }
}

extension Value {
  /// Whether Go's fmt takes it for text when it sets spaces.
  fileprivate var isText: Bool {
    switch unwrapped {
    case .string, .number: true
    default: false
    }
  }
}
