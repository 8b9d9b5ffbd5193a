import Errors
import Messages
import RuntimeSpec

/// Device nodes in the container and the rules of its devices cgroup.
enum DeviceAccess {
  /// What every container may use: what Docker lists and what runc adds by itself. Making nodes is allowed,
  /// opening them is not.
  private static let ofEveryContainer = [
    DeviceRule(allow: false, access: "rwm"),
    // FUSE. Before the wildcards: runc refuses to take something out of a wildcard on cgroup v1.
    DeviceRule(allow: false, type: "c", major: 10, minor: 229, access: "rwm"),
    DeviceRule(allow: true, type: "c", access: "m"),
    DeviceRule(allow: true, type: "b", access: "m"),
    rule(1, 3), rule(1, 5), rule(1, 7), rule(1, 8), rule(1, 9),
    rule(5, 0), rule(5, 1), rule(5, 2), DeviceRule(allow: true, type: "c", major: 136, access: "rwm"),
  ]

  private static func rule(_ major: Int64, _ minor: Int64) -> DeviceRule {
    DeviceRule(allow: true, type: "c", major: major, minor: minor, access: "rwm")
  }

  /// - Throws: `.invalidArgument` where a device is missing or its permissions are no letters of "rwm".
  static func settings(
    _ container: GantryRuntimeV1.Container
  ) throws(GantryError) -> (devices: [DeviceSpec], rules: [DeviceRule]) {
    var devices = container.privileged ? HostDevices.all() : []
    var rules = container.privileged ? [DeviceRule(allow: true, access: "rwm")] : ofEveryContainer
    for device in container.devices {
      let permissions = device.permissions.isEmpty ? "rwm" : device.permissions
      guard permissions.allSatisfy("rwm".contains), Set(permissions).count == permissions.count else {
        throw GantryError(.invalidArgument, "bad mode specified: \(permissions)")
      }
      let target = device.pathInContainer.isEmpty ? device.pathOnHost : device.pathInContainer
      guard target.hasPrefix("/") else {
        throw GantryError(.invalidArgument, "invalid device path: '\(target)' must be absolute")
      }
      let found = try HostDevices.at(device.pathOnHost, as: target)
      devices.removeAll { old in found.contains { $0.path == old.path } }
      devices += found
      if !container.privileged {
        rules += found.map {
          DeviceRule(allow: true, type: $0.type, major: $0.major, minor: $0.minor, access: permissions)
        }
      }
    }
    return (devices, rules)
  }
}
