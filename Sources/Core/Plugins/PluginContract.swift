import Errors
import Messages

/// What the supervisor demands of a plugin's description.
enum PluginContract {
  /// The version of `proto/gantry/plugin/v1` that this supervisor speaks.
  static let version: UInt32 = 1

  /// The services a plugin of this kind must offer.
  static func services(of kind: PluginKind) -> [String] {
    switch kind {
    case .content: ["containerd.services.content.v1.Content"]
    case .snapshotter: ["containerd.services.snapshots.v1.Snapshots"]
    case .network: ["gantry.network.v1.Network"]
    case .runtime: ["gantry.runtime.v1.Runtime"]
    }
  }

  /// Checks a description.
  ///
  /// - Returns: nil where it is as it must be, else the sentence for the person who installed the plugin.
  static func objection(
    to description: GantryPluginV1.DescribeResponse, of identity: PluginIdentity, source: PluginSource
  ) -> GantryError? {
    let path = source.path
    guard description.contractVersion == version else {
      return GantryError(
        .failedPrecondition,
        """
        plugin \(path) speaks version \(description.contractVersion) of the plugin contract, this gantryd speaks \
        version \(version): install a plugin that was built for version \(version)
        """)
    }
    guard description.kind == identity.kind.rawValue, description.name == identity.name else {
      let remedy =
        switch source {
        case .executable: "name the executable gantry-\(description.kind)-\(description.name)"
        case .address: "correct \"kind\" and \"name\" of its entry in the configuration"
        }
      return GantryError(
        .failedPrecondition,
        """
        plugin \(path) says that it is the \(description.kind) \"\(description.name)\", not the \
        \(identity.kind.rawValue) \"\(identity.name)\": \(remedy)
        """)
    }
    let missing = services(of: identity.kind).filter { !description.services.contains($0) }
    guard missing.isEmpty else {
      return GantryError(
        .failedPrecondition,
        """
        plugin \(path) does not offer \(missing.joined(separator: ", ")), which a \(identity.kind.rawValue) plugin \
        must: install a complete one
        """)
    }
    return nil
  }
}
