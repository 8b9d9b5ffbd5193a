import Errors
import Messages

/// What `events --filter` lets through.
package struct EventFilter: Sendable {
  private static let known: Set<String> = [
    "container", "event", "image", "label", "network", "plugin", "scope", "type", "daemon", "volume",
  ]
  private let filters: FilterSet

  /// - Throws: `.invalidArgument` for a filter that is none.
  package init(_ filters: [String]) throws(GantryError) {
    self.filters = try FilterSet(filters, known: Self.known)
  }

  /// Whether the event passes.
  package func allows(_ event: GantryEngineV1.Event) -> Bool {
    func any(_ key: String, _ fits: (String) -> Bool) -> Bool { filters[key]?.contains(where: fits) ?? true }
    func actor(_ type: String) -> Bool {
      any(type) { wanted in
        guard event.type == type else { return event.attributes[type] == wanted }
        return event.actorId.hasPrefix(wanted) || event.attributes["name"] == wanted
          || (type == "image" && event.actorId.hasPrefix("sha256:\(wanted)"))
      }
    }
    return any("type") { $0 == event.type }
      && any("event") { $0 == event.action || event.action.hasPrefix($0 + ":") }
      && any("scope") { $0 == "local" }
      && any("daemon") { _ in false } && any("volume") { _ in false }
      && filters.allowsLabels(event.attributes)
      && actor("container") && actor("image") && actor("network") && actor("plugin")
  }
}
