import Errors
import Messages
import References

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
      }
    }
    // Of an event of a container's the image that it was made from.
    func image() -> Bool {
      any("image") { wanted in
        let name = event.attributes[event.type == "image" ? "name" : "image"] ?? ""
        return [event.actorId, name].contains { $0 == wanted || Self.withoutTag($0) == wanted }
          || (event.type == "image"
            && event.actorId.hasPrefix(wanted.hasPrefix("sha256:") ? wanted : "sha256:\(wanted)"))
      }
    }
    return any("type") { $0 == event.type }
      && any("event") { $0 == event.action || event.action.hasPrefix($0 + ":") }
      && any("scope") { $0 == "local" }
      && any("daemon") { _ in false } && any("volume") { _ in false }
      && filters.allowsLabels(event.attributes)
      && actor("container") && image() && actor("network") && actor("plugin")
  }

  /// What is no name stays as it is.
  private static func withoutTag(_ text: String) -> String {
    (try? Reference(parsing: text))?.familiarName ?? text
  }
}
