import Messages

/// How the shim keeps the streams of a container; noted for the one that may have to take over.
struct KeptSettings {
  var log: GantryShimV1.LogConfig?
  /// Whether standard input ends with its first writer.
  var inputOnce: Bool
}
