import ImageSpec
import Messages

/// What a person is told of a container that is made all the same, in Docker's words.
package enum SettingsWarnings {
  /// - Parameters:
  ///   - settings: with nothing left open; what the host cannot do is taken out.
  ///   - image: what the container's image runs on.
  ///   - isPlatformAsked: whether it was asked for.
  package static func take(
    from settings: inout GantryEngineV1.CreateContainerRequest, image: Platform, isPlatformAsked: Bool, host: HostFacts
  ) -> [String] {
    var warnings: [String] = []
    if !isPlatformAsked, !image.architecture.isEmpty, Platform.current.distance(to: image) == nil {
      warnings.append(
        "The requested image's platform (\(image)) does not match the detected host platform "
          + "(\(Platform.current)) and no specific platform was requested")
    }
    guard var container = settings.container else { return warnings }
    if container.oomKillDisable, container.memoryInBytes == 0 {
      warnings.append(
        "OOM killer is disabled for the container, but no memory limit is set, this can result in the system running "
          + "out of resources.")
    }
    if container.blkioWeight > 0, !host.hasBlockIOWeight {
      warnings.append(
        "Your kernel does not support Block I/O weight or the cgroup is not mounted. Weight discarded.")
      container.blkioWeight = 0
    }
    settings.container = container
    return warnings
  }
}
