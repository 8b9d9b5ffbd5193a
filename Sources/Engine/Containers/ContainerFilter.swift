import Errors
import Messages

/// What `ps --filter` lets through.
package struct ContainerFilter: Sendable {
  private static let known: Set<String> = [
    "id", "name", "status", "ancestor", "label", "exited", "before", "since", "network", "volume", "health",
    "is-task", "publish", "expose",
  ]
  private static let statuses: Set<String> = [
    "created", "running", "paused", "restarting", "removing", "exited", "dead",
  ]

  private let filters: FilterSet
  private let before: Moment?
  private let since: Moment?

  /// - Parameter registry: knows the containers that "before" and "since" name.
  /// - Throws: `.invalidArgument` for a filter that is none, `.notFound` for a container that is none.
  package init(_ filters: [String], registry: ContainerRegistry) throws(GantryError) {
    let set = try FilterSet(filters, known: Self.known)
    for status in set["status"] ?? [] where !Self.statuses.contains(status) {
      throw GantryError(.invalidArgument, "Invalid filter 'status=\(status)'")
    }
    for code in set["exited"] ?? [] where Int(code) == nil {
      throw GantryError(.invalidArgument, "Invalid filter 'exited=\(code)'")
    }
    before = try Self.moment(set["before"], registry).min()
    since = try Self.moment(set["since"], registry).max()
    self.filters = set
  }

  private static func moment(_ names: [String]?, _ registry: ContainerRegistry) throws(GantryError) -> [Moment] {
    var moments: [Moment] = []
    for name in names ?? [] { moments.append(try registry.find(name).record.created) }
    return moments
  }

  /// Whether containers that do not run are asked for, without "all".
  package var asksForStopped: Bool { filters["status"] != nil || filters["exited"] != nil }

  /// The images that containers are asked for by; nil where by none.
  package var ancestors: [String]? { filters["ancestor"] }

  /// Whether the container passes.
  ///
  /// - Throws: `.invalidArgument` for a name filter that is no regular expression.
  /// - Parameter descendants: ids of the images that `ancestors` means, and of those made from them.
  package func allows(_ record: ContainerRecord, descendants: Set<String>) throws -> Bool {
    if let before, record.created >= before { return false }
    if let since, record.created <= since { return false }
    guard filters.allowsLabels(record.settings.labels) else { return false }
    return try filters.allows("id", { record.id.hasPrefix($0) })
      && filters.allows("name", { try matches(record.name, pattern: $0) })
      && filters.allows("status", { $0 == record.lifecycle.status })
      && filters.allows("exited") { code in
        !record.lifecycle.isRunning && record.lifecycle.startedAt != nil && String(record.lifecycle.exitCode) == code
      }
      && (ancestors == nil || descendants.contains(record.imageID))
      && filters.allows("network") { $0 == record.endpoint?.networkId || $0 == record.networkName }
      && filters.allows("volume") { volume in
        record.runtime.binds.contains { $0.target == volume || $0.source == volume }
      }
      && filters.allows("health") { $0 == "none" }
      && filters.allows("is-task") { $0 == "false" }
      && filters.allows("publish") { port in
        (record.endpoint?.ports ?? []).contains { "\($0.hostPort)" == port || "\($0.hostPort)/\($0.protocol)" == port }
      }
      && filters.allows("expose") { _ in false }
  }

  // Docker takes a name filter for a regular expression, with or without the "/" before the name.
  private func matches(_ name: String, pattern: String) throws(GantryError) -> Bool {
    if name.contains(pattern) || "/\(name)" == pattern { return true }
    guard let expression = try? Regex(pattern) else {
      throw GantryError(.invalidArgument, "invalid filter 'name=\(pattern)': it is no regular expression")
    }
    return (try? expression.firstMatch(in: name)) != nil || (try? expression.firstMatch(in: "/\(name)")) != nil
  }
}
