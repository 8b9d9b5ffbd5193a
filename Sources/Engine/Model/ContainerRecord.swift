import Messages

/// All that is known about a container, as the database keeps it.
package struct ContainerRecord: Sendable {
  package let id: String
  package var name: String
  /// "sha256:<hex>" of the image's config.
  package let imageID: String
  package let created: Moment
  /// As they were asked for, with what the image adds: nothing is left open any more.
  package var settings: GantryEngineV1.CreateContainerRequest
  package var lifecycle: ContainerLifecycle
  package var restartCount: Int
  /// The container's place on its network, while it runs.
  package var endpoint: GantryNetworkV1.Endpoint?

  package init(
    id: String, name: String, imageID: String, created: Moment, settings: GantryEngineV1.CreateContainerRequest,
    lifecycle: ContainerLifecycle, restartCount: Int = 0, endpoint: GantryNetworkV1.Endpoint? = nil
  ) {
    self.id = id
    self.name = name
    self.imageID = imageID
    self.created = created
    self.settings = settings
    self.lifecycle = lifecycle
    self.restartCount = restartCount
    self.endpoint = endpoint
  }
}

extension ContainerRecord {
  /// What goes to the runtime plugin.
  package var runtime: GantryRuntimeV1.Container { settings.container ?? .init() }

  /// Key of the container's snapshot.
  package var snapshotKey: String { id }

  /// The network it was made for; "default" is the bridge.
  package var networkName: String { settings.network == "default" ? "bridge" : settings.network }

  /// Attributes that every event about this container carries.
  package var eventAttributes: [String: String] {
    var attributes = settings.labels
    attributes["image"] = settings.image
    attributes["name"] = name
    return attributes
  }
}
