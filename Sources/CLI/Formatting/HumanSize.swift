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
    format("%.*g", [Int32(clamping: precision), value])
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
