/// Where a shim that containerd starts listens.
public enum ShimAddress {
  /// containerd's compile-time default, used even by one with another state directory.
  public static let defaultDirectory = "/run/containerd/s"

  /// The socket's path: the hash of the supervisor's address, the namespace and the group, as runc's shim names it.
  public static func path(
    directory: String = defaultDirectory, address: String, namespace: String, group: String
  ) -> String {
    "\(directory)/\(SHA256.hexDigest(of: joined([address, namespace, group]).utf8))"
  }

  /// As Go's `filepath.Join`: empty parts left out, the result cleaned.
  package static func joined(_ parts: [String]) -> String {
    let text = parts.filter { !$0.isEmpty }.joined(separator: "/")
    let isAbsolute = text.hasPrefix("/")
    var names: [Substring] = []
    for name in text.split(separator: "/") where name != "." {
      if name != ".." {
        names.append(name)
      } else if let last = names.last, last != ".." {
        names.removeLast()
      } else if !isAbsolute {
        names.append(name)
      }
    }
    let cleaned = (isAbsolute ? "/" : "") + names.joined(separator: "/")
    return cleaned.isEmpty ? "." : cleaned
  }
}
