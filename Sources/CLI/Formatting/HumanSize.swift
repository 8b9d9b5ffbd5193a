import Glibc

/// Numbers of bytes as people read them.
package enum HumanSize {
  /// Powers of 1000: "1.99MB".
  ///
  /// - Parameter precision: significant digits.
  package static func decimal(_ bytes: Double, precision: Int = 4) -> String {
    scaled(bytes, 1000, ["B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"], precision)
  }

  /// Powers of 1024: "23.54GiB".
  package static func binary(_ bytes: Double) -> String {
    scaled(bytes, 1024, ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"], 4)
  }

  private static func scaled(_ bytes: Double, _ base: Double, _ units: [String], _ precision: Int) -> String {
    var size = bytes
    var unit = 0
    while size >= base, unit < units.count - 1 {
      size /= base
      unit += 1
    }
    return general(size, precision) + units[unit]
  }

  /// `value` as C's `%.<precision>g`.
  private static func general(_ value: Double, _ precision: Int) -> String {
    plain(value, precision) ?? format("%.*g", [Int32(clamping: precision), value])
  }

  /// The same where neither an exponent nor a sign is needed, at a twentieth of the cost; nil elsewhere.
  private static func plain(_ value: Double, _ precision: Int) -> String? {
    guard value >= 1, value < 1000, (3...4).contains(precision) else { return nil }
    let wholeDigits = value < 10 ? 1 : value < 100 ? 2 : 3
    let scale = [1, 10, 100, 1000][precision - wholeDigits]
    let product = value * Double(scale)
    // What the product lost when it was rounded decides where it ends in a half, for C rounds the exact value.
    let lost = (-product).addingProduct(value, Double(scale))
    var scaled = Int(product)
    let rest = product - Double(scaled) - 0.5 + lost
    if rest > 0 || rest == 0 && !scaled.isMultiple(of: 2) { scaled += 1 }
    // One digit more than before: C may want an exponent now.
    guard scaled < (precision == 3 ? 1000 : 10000) else { return nil }
    let (whole, fraction) = scaled.quotientAndRemainder(dividingBy: scale)
    guard fraction > 0 else { return String(whole) }
    var digits = String(fraction + scale).dropFirst()
    while digits.last == "0" { digits.removeLast() }
    return "\(whole).\(digits)"
  }

  /// `value` with two decimals, as percentages have them.
  package static func fixed(_ value: Double, decimals: Int = 2) -> String {
    format("%.*f", [Int32(clamping: decimals), value])
  }

  private static func format(_ pattern: String, _ arguments: [any CVarArg]) -> String {
    var buffer = [CChar](repeating: 0, count: 64)
    let length = withVaList(arguments) { vsnprintf(&buffer, buffer.count, pattern, $0) }
    let kept = max(0, min(Int(length), buffer.count - 1))
    return String(decoding: buffer[..<kept].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
