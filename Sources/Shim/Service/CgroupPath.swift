/// Where a container's cgroup is.
enum CgroupPath {
  /// - Parameter specified: the specification's path: absolute, relative, "" or systemd's `slice:prefix:name`.
  static func path(_ specified: String, namespace: String, id: String) -> String {
    if specified.isEmpty { return "/\(namespace)/\(id)" }
    let parts = specified.split(separator: ":", omittingEmptySubsequences: false)
    if parts.count == 3 {
      // The place that systemd would give it; the unit itself is not made.
      let slice = parts[0].isEmpty ? "system.slice" : String(parts[0])
      return "/\(slice)/\(parts[1].isEmpty ? "" : "\(parts[1])-")\(parts[2]).scope"
    }
    return specified.hasPrefix("/") ? specified : "/" + specified
  }
}
