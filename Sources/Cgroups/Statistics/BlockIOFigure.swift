/// A figure of one block device in a v1 blkio file.
public struct BlockIOFigure: Sendable, Equatable {
  /// "Read", "Write", "Sync" and so on; "" where the file does not tell them apart.
  public let operation: String
  public let major: UInt64
  public let minor: UInt64
  public let value: UInt64

  public init(operation: String, major: UInt64, minor: UInt64, value: UInt64) {
    self.operation = operation
    self.major = major
    self.minor = minor
    self.value = value
  }
}
