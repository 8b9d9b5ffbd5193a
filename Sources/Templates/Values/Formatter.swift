import Glibc

/// One value by one verb, as Go's fmt prints it.
///
/// - SeeAlso: <https://pkg.go.dev/fmt#hdr-Printing>
struct Formatter {
  let verb: Unicode.Scalar
  var flags = FormatFlags.plain
  /// Whether `#` and `+` are those of a number, even by `%v`.
  var isPlain = false

  /// `value` by `%v`.
  static func text(_ value: Value) -> String { Formatter(verb: "v").format(value) }

  private var isGoSyntax: Bool { verb == "v" && flags.sharp && !isPlain }

  /// Whether a number without a minus gets a sign: the plus of `%+v` asks for the names of fields only.
  private var showsPlus: Bool { flags.plus && (verb != "v" || isPlain) }

  /// - Parameter depth: how many values this one lies in.
  func format(_ value: Value, depth: Int = 0) -> String {
    if verb == "T" { return flags.padded(value.unwrapped.typeName) }
    switch value {
    case .missing, .interface(nil):
      // In a list or map it is nil whatever the verb asks for.
      if isGoSyntax, depth > 0 { return "interface {}(nil)" }
      if depth > 0 { return "<nil>" }
      return verb == "v" ? flags.padded("<nil>") : "%!\(verb)(<nil>)"
    case .interface(let inner?): return format(inner, depth: depth)
    case .bool(let value):
      return verb == "t" || verb == "v" ? flags.padded(value ? "true" : "false") : bad(.bool(value))
    case .integer(let number, let kind):
      if !isGoSyntax, let said = said(number, kind).flatMap(string) { return said }
      if isGoSyntax, kind.isUnsigned { return integer(number, radix: 16, prefix: "0x") }
      return integer(number) ?? bad(value)
    case .float(let number): return float(number) ?? bad(value)
    case .string(let text), .number(let text): return string(text) ?? bad(value)
    case .list(let elements, _): return list(elements, value, depth)
    case .map(let members, _): return map(members, value, depth)
    case .record(let record): return self.record(record, depth)
    case .pointer(let pointee, _): return pointer(pointee, value, depth)
    }
  }

  /// A verb that does not fit: the value by `%v`, in the field that was asked for.
  private func bad(_ value: Value) -> String {
    "%!\(verb)(\(value.typeName)=\(Formatter(verb: "v", flags: flags, isPlain: true).format(value)))"
  }

  /// What an integer's `String` method says; nil where its type has none.
  private func said(_ number: Int64, _ kind: GoType.IntegerKind) -> String? {
    switch kind {
    case .duration: GoDuration.text(number)
    case .month: (1...12).contains(number) ? GoTime.months[Int(number) - 1] : nil
    case .weekday: (0...6).contains(number) ? GoTime.weekdays[Int(number)] : nil
    case .int, .int64, .uint, .uint8, .uint16, .uint64: nil
    }
  }

  // MARK: Values in values

  private func list(_ elements: [Value], _ whole: Value, _ depth: Int) -> String {
    let texts = elements.map { format($0, depth: depth + 1) }
    return isGoSyntax ? "\(whole.typeName){\(texts.joined(separator: ", "))}" : "[\(texts.joined(separator: " "))]"
  }

  private func map(_ members: [String: Value], _ whole: Value, _ depth: Int) -> String {
    let ordered = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    let texts = ordered.map { member in
      "\(format(.string(member.key), depth: depth + 1)):\(format(member.value, depth: depth + 1))"
    }
    return isGoSyntax ? "\(whole.typeName){\(texts.joined(separator: ", "))}" : "map[\(texts.joined(separator: " "))]"
  }

  private func record(_ record: Record, _ depth: Int) -> String {
    if let text = record.text, !isGoSyntax, let said = string(text) { return said }
    let texts = record.fields.map { field in
      let text = format(field.value, depth: depth + 1)
      return verb == "v" && !isPlain && (flags.plus || flags.sharp) ? "\(field.name):\(text)" : text
    }
    return isGoSyntax ? "\(record.typeName){\(texts.joined(separator: ", "))}" : "{\(texts.joined(separator: " "))}"
  }

  /// Go prints the address of a pointer that lies in something else; the value it points to says more.
  private func pointer(_ pointee: Value?, _ whole: Value, _ depth: Int) -> String {
    guard let pointee else {
      if let empty = whole.indirect { return format(empty, depth: depth) }
      if isGoSyntax { return "(\(whole.typeName))(nil)" }
      return verb == "v" ? flags.padded("<nil>") : "%!\(verb)(\(whole.typeName)=<nil>)"
    }
    return (depth == 0 ? "&" : "") + format(pointee, depth: depth + 1)
  }

  // MARK: Text

  private func string(_ text: String) -> String? {
    var text = text
    if let precision = flags.precision, verb != "x", verb != "X" {
      text = String(String.UnicodeScalarView(text.unicodeScalars.prefix(precision)))
    }
    switch verb {
    case "v" where isGoSyntax: return flags.padded(GoText.quoted(text))
    case "v", "s": return flags.padded(text)
    case "q":
      let canBeRaw = !text.utf8.contains { $0 == UInt8(ascii: "`") || $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }
      return flags.padded(flags.sharp && canBeRaw ? "`\(text)`" : GoText.quoted(text, ascii: flags.plus))
    case "x", "X":
      let bytes = Array(text.utf8.prefix(flags.precision ?? .max))
      let prefix = flags.sharp && !bytes.isEmpty ? "0\(verb)" : ""
      let pairs = bytes.map { (flags.space ? prefix : "") + hexadecimal(UInt64($0), digits: 2) }
      return flags.padded((flags.space ? "" : prefix) + pairs.joined(separator: flags.space ? " " : ""))
    default: return nil
    }
  }

  private func hexadecimal(_ value: UInt64, digits: Int) -> String {
    let text = String(value, radix: 16, uppercase: verb == "X")
    return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
  }

  // MARK: Numbers

  private func integer(_ value: Int64) -> String? {
    switch verb {
    case "v", "d": return integer(value, radix: 10, prefix: "")
    case "b": return integer(value, radix: 2, prefix: flags.sharp ? "0b" : "")
    case "o": return integer(value, radix: 8, prefix: flags.sharp ? "0" : "")
    case "O": return integer(value, radix: 8, prefix: "0o")
    case "x", "X": return integer(value, radix: 16, prefix: flags.sharp ? "0\(verb)" : "")
    case "c", "q", "U": return character(UInt32(exactly: value).flatMap { Unicode.Scalar($0) }, value)
    default: return nil
    }
  }

  /// - Parameter known: nil where the number is no character's.
  private func character(_ known: Unicode.Scalar?, _ value: Int64) -> String {
    let scalar = known ?? "\u{FFFD}"
    switch verb {
    case "c": return flags.padded(String(scalar))
    case "q": return flags.padded("'\(GoText.escaped(scalar, quote: "'", ascii: flags.plus))'")
    default:
      let digits = String(UInt64(bitPattern: value), radix: 16, uppercase: true)
      let code = "U+" + String(repeating: "0", count: max(0, max(4, flags.precision ?? 0) - digits.utf8.count)) + digits
      return flags.padded(flags.sharp && known.map(GoText.isPrintable) == true ? "\(code) '\(scalar)'" : code)
    }
  }

  private func integer(_ value: Int64, radix: Int, prefix: String) -> String {
    let sign = value < 0 ? "-" : showsPlus ? "+" : flags.space ? " " : ""
    var digits = String(value.magnitude, radix: radix, uppercase: verb == "X")
    var least = flags.precision ?? 0
    if flags.precision == 0, value == 0 { digits = "" }
    if flags.precision == nil, flags.zero, !flags.minus, let width = flags.width {
      // Go does not count the prefix.
      least = width - sign.utf8.count
    }
    digits = String(repeating: "0", count: max(0, least - digits.utf8.count)) + digits
    var field = flags
    field.zero = false
    return field.padded(sign + prefix + digits)
  }

  private func float(_ value: Double) -> String? {
    guard var text = digits(of: value) else { return nil }
    if !text.hasPrefix("-"), !text.hasPrefix("+"), showsPlus || flags.space { text = (showsPlus ? "+" : " ") + text }
    if text.hasPrefix("+"), !showsPlus { text = (flags.space ? " " : "") + text.dropFirst() }
    var field = flags
    if flags.zero, !flags.minus, let width = flags.width, value.isFinite, let first = text.unicodeScalars.first,
      "+- ".unicodeScalars.contains(first)
    {
      // Zeros go between the sign and the digits.
      let digits = String(text.dropFirst())
      return String(first) + String(repeating: "0", count: max(0, width - 1 - digits.utf8.count)) + digits
    }
    if !value.isFinite { field.zero = false }
    return field.padded(text)
  }

  private func digits(of value: Double) -> String? {
    let text: String
    switch verb {
    case "v": text = flags.precision.map { GoFloat.general(value, precision: $0) } ?? GoFloat.shortest(value)
    case "g", "G": text = flags.precision.map { GoFloat.general(value, precision: $0) } ?? GoFloat.shortest(value)
    case "f", "F": text = GoFloat.fixed(value, precision: flags.precision ?? 6)
    case "e", "E": text = GoFloat.exponential(value, precision: flags.precision ?? 6)
    case "x", "X": text = GoFloat.hexadecimal(value, precision: flags.precision)
    case "b": return GoFloat.binary(value)
    default: return nil
    }
    let full = flags.sharp && !isGoSyntax ? GoFloat.withPoint(text, verb: verb, precision: flags.precision) : text
    return ["G", "E", "X"].contains(verb) && value.isFinite ? full.uppercased() : full
  }
}
