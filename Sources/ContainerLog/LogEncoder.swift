/// Writes bytes as the string of a JSON document the way Docker's `json-file` driver does.
///
/// Docker escapes what Go's encoding/json does for HTML (`<`, `>`, `&`, U+2028, U+2029), writes a tab as
/// `\u0009`, and each byte that is no UTF-8 as `\ufffd` (moby, daemon/logger/jsonfilelog/jsonlog).
enum LogEncoder {
  /// How many bytes one byte becomes at most: `\u001b`.
  static let largestExpansion = 6

  /// Appends `bytes`, escaped, without quotes. The buffer must have room for `largestExpansion` times as many.
  static func append(_ bytes: UnsafeRawBufferPointer, to output: LogBuffer) {
    guard let base = bytes.baseAddress else { return }
    output.write(atMost: bytes.count * largestExpansion) { start in
      var target = start
      var position = 0
      while true {
        let end = endOfPlainRun(base, position, bytes.count)
        target.copyMemory(from: base + position, byteCount: end - position)
        target += end - position
        position = end
        guard position < bytes.count else { return target - start }
        let byte = bytes[position]
        guard byte >= 0x80 else {
          target += writeEscape(byte, to: target)
          position += 1
          continue
        }
        let length = lengthOfSequence(bytes, position)
        if length == 0 {
          target += write("\\ufffd", to: target)
        } else if isLineSeparator(bytes, position, length) {
          target += write(bytes[position + 2] & 1 == 0 ? "\\u2028" : "\\u2029", to: target)
        } else {
          target.copyMemory(from: base + position, byteCount: length)
          target += length
        }
        position += max(1, length)
      }
    }
  }

  @inline(__always)
  private static func write(_ text: StaticString, to target: UnsafeMutableRawPointer) -> Int {
    target.copyMemory(from: text.utf8Start, byteCount: text.utf8CodeUnitCount)
    return text.utf8CodeUnitCount
  }

  /// - Returns: how many bytes it wrote.
  @inline(__always)
  private static func writeEscape(_ byte: UInt8, to target: UnsafeMutableRawPointer) -> Int {
    switch byte {
    case UInt8(ascii: "\\"): return write("\\\\", to: target)
    case UInt8(ascii: "\""): return write("\\\"", to: target)
    case UInt8(ascii: "\n"): return write("\\n", to: target)
    case UInt8(ascii: "\r"): return write("\\r", to: target)
    default:
      _ = write("\\u00", to: target)
      target.storeBytes(of: hexDigit(byte >> 4), toByteOffset: 4, as: UInt8.self)
      target.storeBytes(of: hexDigit(byte & 15), toByteOffset: 5, as: UInt8.self)
      return 6
    }
  }

  @inline(__always)
  private static func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }

  /// Where the bytes that need no thought end: printable ASCII but for `"`, `\`, `<`, `>`, `&`. Eight bytes at a time.
  @inline(__always)
  private static func endOfPlainRun(_ base: UnsafeRawPointer, _ from: Int, _ end: Int) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highBits: UInt64 = 0x8080_8080_8080_8080
    var position = from
    while position + 8 <= end {
      let word = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: position, as: UInt64.self))
      // The lowest set bit is exact; borrows make only bits above a true hit unreliable.
      var hits = word & highBits
      hits |= (word &- ones &* 0x20) & ~word & highBits
      hits |= zeroBytes(word ^ (ones &* 0x22), ones, highBits)
      hits |= zeroBytes(word ^ (ones &* 0x5C), ones, highBits)
      hits |= zeroBytes(word ^ (ones &* 0x26), ones, highBits)
      // "<" and ">" differ in one bit.
      hits |= zeroBytes((word & ~(ones &* 2)) ^ (ones &* 0x3C), ones, highBits)
      if hits != 0 { return position + hits.trailingZeroBitCount / 8 }
      position += 8
    }
    while position < end {
      let byte = base.load(fromByteOffset: position, as: UInt8.self)
      switch byte {
      case 0..<0x20, 0x22, 0x26, 0x3C, 0x3E, 0x5C, 0x80...: return position
      default: position += 1
      }
    }
    return position
  }

  @inline(__always)
  private static func zeroBytes(_ word: UInt64, _ ones: UInt64, _ highBits: UInt64) -> UInt64 {
    (word &- ones) & ~word & highBits
  }

  /// How long the UTF-8 sequence at `position` is; 0 where it is none (table 3-7 of the Unicode standard).
  @inline(__always)
  private static func lengthOfSequence(_ bytes: UnsafeRawBufferPointer, _ position: Int) -> Int {
    let first = bytes[position]
    let length: Int
    var secondRange: ClosedRange<UInt8> = 0x80...0xBF
    switch first {
    case 0xC2...0xDF: length = 2
    case 0xE0...0xEF:
      length = 3
      if first == 0xE0 { secondRange = 0xA0...0xBF }
      if first == 0xED { secondRange = 0x80...0x9F }
    case 0xF0...0xF4:
      length = 4
      if first == 0xF0 { secondRange = 0x90...0xBF }
      if first == 0xF4 { secondRange = 0x80...0x8F }
    default: return 0
    }
    guard position + length <= bytes.count, secondRange.contains(bytes[position + 1]) else { return 0 }
    for index in position + 2..<position + max(2, length) where !(0x80...0xBF).contains(bytes[index]) { return 0 }
    return length
  }

  private static func isLineSeparator(_ bytes: UnsafeRawBufferPointer, _ position: Int, _ length: Int) -> Bool {
    length == 3 && bytes[position] == 0xE2 && bytes[position + 1] == 0x80 && bytes[position + 2] & 0xFE == 0xA8
  }
}
