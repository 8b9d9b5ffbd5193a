import Errors

/// What a `-v` or `--mount` asks for.
package enum MountSetting: Sendable, Equatable {
  case bind(source: String, target: String, options: [String])
  case tmpfs(target: String, options: String)
  /// A volume without a name, made for the container.
  case volume(target: String)
}
