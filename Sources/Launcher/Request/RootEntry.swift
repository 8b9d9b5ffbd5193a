/// A file or a symbolic link that the root file system is to have before anything is mounted in it; what is there stays.
public struct RootEntry: Sendable {
  /// Absolute, as seen in the container; directories on the way are made.
  public var path: String

  /// Where the symbolic link leads to; "" makes an empty file, mode 0755.
  public var link: String

  public init(path: String, link: String = "") {
    self.path = path
    self.link = link
  }
}
