import Messages

/// The options of a container's log in the shim's terms.
package enum LogOptions {
  /// - Parameter path: the log file.
  package static func config(
    _ settings: GantryEngineV1.CreateContainerRequest, path: String
  ) -> GantryShimV1.LogConfig {
    GantryShimV1.LogConfig(
      driver: settings.logDriver, path: settings.logDriver == "none" ? "" : path,
      maxSizeInBytes: settings.logOptions["max-size"].flatMap(bytes) ?? 0,
      maxFiles: settings.logOptions["max-file"].flatMap { UInt32($0) } ?? 1)
  }

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
