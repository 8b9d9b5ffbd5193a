/// Paths inside a container.
public enum ContainerPath {
  /// What is mounted at `path`, written in one way: without the slashes and dots that mean nothing, and with `..` taken
  /// as the name before it, whatever links there are. A path that is not absolute is left alone.
  ///
  /// - SeeAlso: Go's `filepath.Clean`, which Docker applies to the targets of mounts.
  public static func cleaned(_ path: String) -> String {
    guard path.hasPrefix("/") else { return path }
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }
}
