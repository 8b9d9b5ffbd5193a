extension JSONValue {
  /// The document as UTF-8.
  ///
  /// - Parameter indentation: "" writes one line; else one member a line, this much deeper each level.
  public func serialized(indentation: String = "") -> [UInt8] {
    var output: [UInt8] = []
    write(to: &output, indentation: Array(indentation.utf8), level: 0)
    return output
  }

  /// The document as text; see `serialized(indentation:)`.
  public func text(indentation: String = "") -> String {
    String(decoding: serialized(indentation: indentation), as: UTF8.self)
  }

  private func write(to output: inout [UInt8], indentation: [UInt8], level: Int) {
    switch self {
    case .null: output += "null".utf8
    case .bool(let value): output += (value ? "true" : "false").utf8
    case .integer(let value): output += String(value).utf8
    case .number(let value): output += value.text.utf8
    case .string(let value): Self.write(value, to: &output)
    case .array(let elements):
      Self.list("[", "]", elements, &output, indentation, level) { element, output in
        element.write(to: &output, indentation: indentation, level: level + 1)
      }
    case .object(let object):
      Self.list("{", "}", object.members, &output, indentation, level) { member, output in
        Self.write(member.key, to: &output)
        output.append(UInt8(ascii: ":"))
        if !indentation.isEmpty { output.append(UInt8(ascii: " ")) }
        member.value.write(to: &output, indentation: indentation, level: level + 1)
      }
    }
  }

  private static func list<Element>(
    _ open: Unicode.Scalar, _ close: Unicode.Scalar, _ elements: [Element], _ output: inout [UInt8],
    _ indentation: [UInt8], _ level: Int, _ write: (Element, inout [UInt8]) -> Void
  ) {
    func newLine(_ level: Int) {
      guard !indentation.isEmpty else { return }
      output.append(0x0A)
      for _ in 0..<level { output += indentation }
    }
    output.append(UInt8(ascii: open))
    for (index, element) in elements.enumerated() {
      if index > 0 { output.append(UInt8(ascii: ",")) }
      newLine(level + 1)
      write(element, &output)
    }
    if !elements.isEmpty { newLine(level) }
    output.append(UInt8(ascii: close))
  }

  private static let hexDigits = Array("0123456789abcdef".utf8)

  private static func write(_ string: String, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "\""))
    for byte in string.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): output += [UInt8(ascii: "\\"), byte]
      case 0x0A: output += "\\n".utf8
      case 0x0D: output += "\\r".utf8
      case 0x09: output += "\\t".utf8
      case 0..<0x20:
        output += "\\u00".utf8
        output += [hexDigits[Int(byte >> 4)], hexDigits[Int(byte & 15)]]
      default: output.append(byte)
      }
    }
    output.append(UInt8(ascii: "\""))
  }
}
