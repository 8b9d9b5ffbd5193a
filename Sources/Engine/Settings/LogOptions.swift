import Core
import Messages

/// The options of a container's log in the shim's terms.
package enum LogOptions {
  /// - Parameter path: the log file.
  package static func config(
    _ settings: GantryEngineV1.CreateContainerRequest, path: String
  ) -> GantryShimV1.LogConfig {
    GantryShimV1.LogConfig(
      driver: settings.logDriver, path: settings.logDriver == "none" ? "" : path,
      maxSizeInBytes: settings.logOptions["max-size"].flatMap(LogOptionCheck.bytes) ?? 0,
      maxFiles: settings.logOptions["max-file"].flatMap { UInt32($0) } ?? 1)
  }
}
