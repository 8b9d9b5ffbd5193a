import Errors

/// Which options a container's log may have: given for it alone, or in daemon.json for all of them.
package enum LogOptionCheck {
  /// - Throws: `.invalidArgument` with a sentence that names the option.
  package static func check(_ options: [String: String]) throws(GantryError) {
    for (name, value) in options.sorted(by: { $0.key < $1.key }) {
      switch name {
      case "max-size":
        guard bytes(value) != nil else { throw invalid("invalid value for log opt max-size: \(value)") }
      case "max-file":
        guard let files = UInt32(value), files > 0 else { throw invalid("max-file cannot be less than 1: \(value)") }
      default: throw invalid("unknown log opt '\(name)' for json-file log driver; there are max-size and max-file")
      }
    }
  }

  private static func invalid(_ message: String) -> GantryError { GantryError(.invalidArgument, message) }

  /// "10m", "1.5g", "4096", "64KiB" as bytes; nil where it is no size.
  package static func bytes(_ text: String) -> Int64? {
    let number = text.prefix { $0.isNumber || $0 == "." }
    var unit = text.dropFirst(number.count).lowercased()
    if unit.hasPrefix(" ") { unit.removeFirst() }
    let scale: Double
    switch unit {
    case "", "b": scale = 1
    case "k", "kb", "kib": scale = 1024
    case "m", "mb", "mib": scale = 1024 * 1024
    case "g", "gb", "gib": scale = 1024 * 1024 * 1024
    case "t", "tb", "tib": scale = 1024 * 1024 * 1024 * 1024
    default: return nil
    }
    guard let value = Double(number), value >= 0, value * scale < 9e18 else { return nil }
    return Int64(value * scale)
  }
}
