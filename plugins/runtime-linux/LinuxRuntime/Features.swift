import JSON
import RuntimeSpec

/// The features document of the OCI runtime specification (features-linux.md): what may be in a specification.
struct Features {
  let host: HostFacts

  init(_ host: HostFacts) { self.host = host }

  var json: JSONValue {
    [
      "ociVersionMin": "1.0.0",
      "ociVersionMax": .string(Specification.version),
      "hooks": ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"],
      "linux": [
        "namespaces": .array(NamespaceKind.allCases.map { .string($0.rawValue) }.sorted { $0.name < $1.name }),
        "capabilities": .array(host.capabilities.map { .string($0) }),
        "cgroup": [
          "v1": .bool(host.cgroupLayout != .v2), "v2": .bool(host.cgroupLayout != .v1), "systemd": false,
          "systemdUser": false, "rdma": false,
        ],
        "seccomp": ["enabled": true],
        "apparmor": ["enabled": .bool(host.hasAppArmor)],
        "selinux": ["enabled": false],
        "intelRdt": ["enabled": false],
      ],
    ]
  }
}

extension JSONValue {
  fileprivate var name: String { string ?? "" }
}
