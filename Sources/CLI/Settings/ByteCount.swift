import Errors

/// Sizes as people write them: "512m", "1.5g", "64KiB".
package enum ByteCount {
  /// Reads a size; a bare number is bytes.
  ///
  /// - Throws: `.invalidArgument` in Docker's words.
  package static func parse(_ text: String) throws(GantryError) -> Int64 {
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    guard let number = Double(digits), number >= 0 else {
      throw GantryError(.invalidArgument, "invalid size: '\(text)'")
    }
    let suffix = text.dropFirst(digits.count).drop { $0 == " " }
    let scale: Double? =
      switch suffix.lowercased() {
      case "", "b": 1
      case "k", "kb", "kib": 1024
      case "m", "mb", "mib": 1_048_576
      case "g", "gb", "gib": 1_073_741_824
      case "t", "tb", "tib": 1_099_511_627_776
      case "p", "pb", "pib": 1_125_899_906_842_624
      default: nil
      }
    guard let scale else { throw GantryError(.invalidArgument, "invalid suffix: '\(suffix)'") }
    guard let bytes = Int64(exactly: (number * scale).rounded(.down)) else {
      throw GantryError(.outOfRange, "invalid size: '\(text)'")
    }
    return bytes
  }

  /// Reads a swap limit, which may be -1 for no limit.
  ///
  /// - Throws: `.invalidArgument` in Docker's words.
  package static func parseSwap(_ text: String) throws(GantryError) -> Int64 {
    text == "-1" ? -1 : try parse(text)
  }
}
