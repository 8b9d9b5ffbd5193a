/// The shapes of text that the kernel's cgroup files have.
package enum KernelText {
  /// A number on its own; "max" is the largest.
  package static func number(_ text: some StringProtocol) -> UInt64? {
    let word = text.split(whereSeparator: \.isWhitespace).first ?? ""
    return word == "max" ? .max : UInt64(word)
  }

  /// `name value` lines, as in memory.stat.
  package static func flatKeyed(_ text: String) -> [String: UInt64] {
    var values: [String: UInt64] = [:]
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count == 2, let value = number(words[1]) { values[String(words[0])] = value }
    }
    return values
  }

  /// `major:minor name=value ...` lines, as in io.stat.
  package static func nestedKeyed(_ text: String) -> [(key: String, values: [String: UInt64])] {
    text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard let key = words.first else { return nil }
      var values: [String: UInt64] = [:]
      for word in words.dropFirst() {
        let pair = word.split(separator: "=", maxSplits: 1)
        if pair.count == 2, let value = number(pair[1]) { values[String(pair[0])] = value }
      }
      return (String(key), values)
    }
  }

  /// Process numbers, one a line.
  package static func processes(_ text: String) -> [Int32] {
    text.split(separator: "\n").compactMap { Int32($0) }
  }

  /// `major:minor operation value` or `major:minor value` lines, as in blkio.*; the total line is left out.
  package static func blockIO(_ text: String) -> [BlockIOFigure] {
    text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard words.count >= 2, let value = words.last.flatMap({ UInt64($0) }) else { return nil }
      let device = words[0].split(separator: ":").compactMap { UInt64($0) }
      guard device.count == 2 else { return nil }
      return BlockIOFigure(
        operation: words.count > 2 ? String(words[1]) : "", major: device[0], minor: device[1], value: value)
    }
  }
}
