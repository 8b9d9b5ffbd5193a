import Errors

/// What `prune --filter` lets through: `until`, `label` and `label!`.
package struct PruneFilter: Sendable {
  private let filters: FilterSet
  private let until: Moment?

  /// - Parameter extra: further keys the command knows.
  /// - Throws: `.invalidArgument` for a filter that is none, or a time that is none.
  package init(_ filters: [String], extra: Set<String> = []) throws(GantryError) {
    let known = extra.union(["until", "label", "label!"])
    let set = try FilterSet(filters, known: known)
    self.filters = set
    guard let times = set["until"] else {
      until = nil
      return
    }
    guard times.count == 1, let time = Moment(untilFilter: times[0], now: .now) else {
      throw GantryError(
        .invalidArgument,
        times.count == 1
          ? "failed to parse until filter \"\(times[0])\": write a time such as 2026-01-02T15:04:05, or an age such as 24h"
          : "more than one until filter specified")
    }
    until = time
  }

  /// The value of a filter that is true or false; nil where it was not given.
  package func flag(_ key: String) throws(GantryError) -> Bool? {
    guard let values = filters[key] else { return nil }
    switch values.last {
    case "true", "1": return true
    case "false", "0": return false
    default: throw GantryError(.invalidArgument, "Invalid filter '\(key)=[\(values.joined(separator: " "))]'")
    }
  }

  package func allows(created: Moment?, labels: [String: String]) -> Bool {
    if let until, let created, created > until { return false }
    guard filters.allowsLabels(labels) else { return false }
    return !(filters["label!"] ?? []).contains { unwanted in
      guard let equals = unwanted.firstIndex(of: "=") else { return labels[unwanted] != nil }
      return labels[String(unwanted[..<equals])] == String(unwanted[unwanted.index(after: equals)...])
    }
  }
}
