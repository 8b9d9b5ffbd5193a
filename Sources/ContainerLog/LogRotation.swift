/// When a log file is put aside and how many are kept: `name`, `name.1` (younger) to `name.(maximumFiles - 1)`.
public struct LogRotation: Sendable, Equatable {
  /// A file that would grow past this is put aside; 0 never rotates.
  public var maximumSizeInBytes: Int64
  /// The current file counted; 1 starts the file anew, keeping nothing.
  public var maximumFiles: Int

  public init(maximumSizeInBytes: Int64 = 0, maximumFiles: Int = 1) {
    self.maximumSizeInBytes = max(0, maximumSizeInBytes)
    self.maximumFiles = max(1, maximumFiles)
  }

  /// One file that grows without end.
  public static let never = LogRotation()
}
