import Errors

/// Ports as EXPOSE names them.
enum Ports {
  /// "80", "80/udp" or "8000-8002/tcp", each as "80/tcp".
  ///
  /// - Throws: `.invalidArgument` in Docker's words.
  static func parsed(_ text: String) throws(GantryError) -> [String] {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let kind = parts.count == 2 ? parts[1].lowercased() : "tcp"
    guard ["tcp", "udp", "sctp"].contains(kind) else {
      throw GantryError(.invalidArgument, "Invalid proto: \(kind)")
    }
    let ends = parts[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map { UInt16($0) }
    guard let first = ends.first ?? nil, let last = ends.last ?? nil, first <= last else {
      throw GantryError(.invalidArgument, "Invalid containerPort: \(parts[0])")
    }
    return (first...last).map { "\($0)/\(kind)" }
  }
}
