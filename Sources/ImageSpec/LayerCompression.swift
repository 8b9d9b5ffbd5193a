/// How a stored layer may be compressed: what the image specifications have media types for.
public enum LayerCompression: Sendable, Hashable {
  case uncompressed
  case gzip
  case zstd
}
