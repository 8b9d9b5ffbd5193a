/// A mount that makes up the root file system, as containerd's snapshotters describe it.
public struct RootfsMount: Sendable, Equatable {
  /// "overlay", "bind", or any file system type.
  public var type: String
  public var source: String
  /// As fstab(5) writes them, such as "lowerdir=...", "rw" or "rbind".
  public var options: [String]

  public init(type: String, source: String, options: [String]) {
    self.type = type
    self.source = source
    self.options = options
  }
}
