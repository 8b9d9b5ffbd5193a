import Errors

/// Ports as EXPOSE names them.
enum Ports {
  /// "80", "80/udp", "8000-8002/tcp" or "8080:80", each as "80/tcp"; where it is published is no image's concern.
  ///
  /// - Throws: `.invalidArgument` in Docker's words.
  static func parsed(_ text: String) throws(GantryError) -> [String] {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let kind = parts.count == 2 ? parts[1].lowercased() : "tcp"
    guard ["tcp", "udp", "sctp"].contains(kind) else {
      throw GantryError(.invalidArgument, "Invalid proto: \(kind)")
    }
    let places = parts[0].split(separator: ":", omittingEmptySubsequences: false)
    if places.count > 1, let host = places.dropLast().last, !host.isEmpty, range(host) == nil {
      throw GantryError(.invalidArgument, "Invalid hostPort: \(host)")
    }
    guard let port = places.last, let ports = range(port) else {
      throw GantryError(.invalidArgument, "Invalid containerPort: \(places.last ?? "")")
    }
    return ports.map { "\($0)/\(kind)" }
  }

  private static func range(_ text: Substring) -> ClosedRange<UInt16>? {
    let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map { UInt16($0) }
    guard let first = ends.first ?? nil, let last = ends.last ?? nil, first <= last else { return nil }
    return first...last
  }
}
