import Errors

/// A number of CPUs, as `--cpus` takes it.
package enum CPUCount {
  /// Reads a decimal number or a fraction as billionths.
  ///
  /// - Throws: `.invalidArgument` in Docker's words.
  package static func parse(_ text: String) throws(GantryError) -> Int64 {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    if parts.count == 2, let upper = Int64(parts[0]), let lower = Int64(parts[1]), lower > 0, upper >= 0 {
      let (product, overflow) = upper.multipliedReportingOverflow(by: 1_000_000_000)
      guard !overflow, product % lower == 0 else { throw GantryError(.invalidArgument, "value is too precise") }
      return product / lower
    }
    var digits = text[...]
    let isNegative = digits.first == "-"
    if isNegative || digits.first == "+" { digits.removeFirst() }
    let halves = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let whole = halves.first ?? ""
    let fraction = halves.count == 2 ? halves[1] : ""
    guard !(whole.isEmpty && fraction.isEmpty), (whole + fraction).allSatisfy({ $0.isASCII && $0.isNumber }) else {
      throw GantryError(.invalidArgument, "failed to parse \(text) as a rational number")
    }
    let significant = fraction.lastIndex { $0 != "0" }.map { fraction[...$0] } ?? ""
    guard significant.count <= 9 else { throw GantryError(.invalidArgument, "value is too precise") }
    let billionths = significant + String(repeating: "0", count: 9 - significant.count)
    guard let value = Int64("\(whole)\(billionths)") else {
      throw GantryError(.outOfRange, "failed to parse \(text) as a rational number")
    }
    return isNegative ? -value : value
  }
}
