import RuntimeSpec

extension DeviceRule {
  /// What every container may use whatever its rules say: the specification's default devices, terminals, and making
  /// any node (but not using it). As runc has it, and engines rely on it: their rules begin with a denial of all.
  package static let defaults: [DeviceRule] =
    [
      DeviceRule(allow: true, type: "c", access: "m"),
      DeviceRule(allow: true, type: "b", access: "m"),
    ]
    + [(1, 3), (1, 5), (1, 7), (1, 8), (1, 9), (5, 0), (5, 2)].map { major, minor in
      DeviceRule(allow: true, type: "c", major: major, minor: minor, access: "rwm")
    } + [DeviceRule(allow: true, type: "c", major: 136, access: "rwm")]
}
