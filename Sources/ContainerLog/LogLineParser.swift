/// Reads one line of a `json-file` log: an object whose members `log`, `stream` and `time` are strings.
///
/// The files may have been written by Docker, torn by a crash or edited by hand: whatever is no such
/// object is nil, and the reader steps over it.
struct LogLineParser {
  private let bytes: UnsafeRawBufferPointer
  private var position = 0

  static func parse(_ bytes: UnsafeRawBufferPointer) -> LogEntry? {
    var parser = LogLineParser(bytes: bytes)
    return parser.entry()
  }

  private init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  private mutating func entry() -> LogEntry? {
    var log: [UInt8] = []
    var stream = LogStream.stdout
    var time: LogTimestamp?
    guard take(UInt8(ascii: "{")) else { return nil }
    if take(UInt8(ascii: "}")) { return nil }
    repeat {
      guard let key = string(), take(UInt8(ascii: ":")) else { return nil }
      switch String(decoding: key, as: UTF8.self) {
      case "log":
        guard let value = string() else { return nil }
        log = value
      case "stream":
        guard let value = string() else { return nil }
        stream = LogStream(rawValue: String(decoding: value, as: UTF8.self)) ?? .stdout
      case "time":
        guard let value = string(), let parsed = LogTimestamp(rfc3339: value) else { return nil }
        time = parsed
      default:
        guard skipValue() else { return nil }
      }
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "}")), let time else { return nil }
    skipSpace()
    return position == bytes.count ? LogEntry(log: log, stream: stream, time: time) : nil
  }

  private mutating func skipSpace() {
    while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    skipSpace()
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func string() -> [UInt8]? {
    guard take(UInt8(ascii: "\"")) else { return nil }
    var text: [UInt8] = []
    while position < bytes.count {
      let start = position
      while position < bytes.count, bytes[position] != UInt8(ascii: "\""), bytes[position] != UInt8(ascii: "\\") {
        position += 1
      }
      text.append(contentsOf: bytes[start..<position])
      guard position < bytes.count else { return nil }
      position += 1
      if bytes[position - 1] == UInt8(ascii: "\"") { return text }
      guard escape(into: &text) else { return nil }
    }
    return nil
  }

  private mutating func escape(into text: inout [UInt8]) -> Bool {
    guard position < bytes.count else { return false }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "u"):
      guard let scalar = scalar() else { return false }
      text += Array(String(Character(scalar)).utf8)
    default: return false
    }
    return true
  }

  private mutating func scalar() -> Unicode.Scalar? {
    guard let first = fourHexDigits() else { return nil }
    if let scalar = Unicode.Scalar(first) { return scalar }
    let mark = position
    if first < 0xDC00, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
      bytes[position + 1] == UInt8(ascii: "u")
    {
      position += 2
      if let second = fourHexDigits(), (0xDC00...0xDFFF).contains(second) {
        return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
      }
      position = mark
    }
    return "\u{FFFD}"
  }

  private mutating func fourHexDigits() -> UInt32? {
    guard position + 4 <= bytes.count else { return nil }
    var value: UInt32 = 0
    for _ in 0..<4 {
      let digit: UInt8
      switch bytes[position] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = bytes[position] - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = bytes[position] - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = bytes[position] - UInt8(ascii: "A") + 10
      default: return nil
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }

  /// Steps over any value, counting brackets rather than recursing: nothing a file holds can exhaust the stack.
  private mutating func skipValue() -> Bool {
    var depth = 0
    repeat {
      skipSpace()
      guard position < bytes.count else { return false }
      switch bytes[position] {
      case UInt8(ascii: "\""): guard string() != nil else { return false }
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        position += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        position += 1
      case UInt8(ascii: ","), UInt8(ascii: ":"):
        guard depth > 0 else { return false }
        position += 1
      default:
        let start = position
        while position < bytes.count, !",:{}[]\" \t\r\n".utf8.contains(bytes[position]) { position += 1 }
        guard position > start else { return false }
      }
    } while depth > 0
    return depth == 0
  }
}
