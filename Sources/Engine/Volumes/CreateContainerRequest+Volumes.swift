import Messages

extension GantryEngineV1.CreateContainerRequest {
  /// Where the container's volumes without a name are mounted: what Docker has in its configuration, with the image's own.
  var anonymousVolumes: [String] { volumes.filter(\.isAnonymous).map(\.target) }
}
