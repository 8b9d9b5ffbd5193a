import Messages

/// A network that containers may join.
package struct NetworkRecord: Sendable {
  package let created: Moment
  /// "bridge" is a network plugin's; "none" and "host" need none.
  package let driver: String
  /// As the plugin answered it, everything filled in.
  package var settings: GantryNetworkV1.NetworkConfig

  package init(created: Moment, driver: String, settings: GantryNetworkV1.NetworkConfig) {
    self.created = created
    self.driver = driver
    self.settings = settings
  }

  package var id: String { settings.id }
  package var name: String { settings.name }
}
