import Launcher

/// Names of all capabilities, as `features` lists them.
enum CapabilityNames {
  static let all = Capability.names.map { "CAP_\($0)" }
}
