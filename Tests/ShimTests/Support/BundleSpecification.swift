import JSON

/// The specification of a small container.
enum BundleSpecification {
  static func make(command: [String], terminal: Bool, cgroup: String, memoryInBytes: Int64?) -> JSONValue {
    let capabilities: JSONValue = ["CAP_KILL", "CAP_SETUID", "CAP_SETGID"]
    var linux = JSONObject([
      ("namespaces", .array(["pid", "ipc", "uts", "mount", "network"].map { ["type": .string($0)] })),
      ("cgroupsPath", .string(cgroup)),
    ])
    if let memoryInBytes { linux["resources"] = ["memory": ["limit": .integer(memoryInBytes)]] }
    return [
      "ociVersion": "1.0.2", "root": ["path": "rootfs"], "hostname": "shimtest",
      "process": [
        "terminal": .bool(terminal), "user": ["uid": 0, "gid": 0], "args": .array(command.map(JSONValue.string)),
        "env": ["PATH=/bin", "TERM=xterm"], "cwd": "/",
        "capabilities": ["bounding": capabilities, "effective": capabilities, "permitted": capabilities],
      ],
      "mounts": [
        ["destination": "/proc", "type": "proc", "source": "proc", "options": ["nosuid", "noexec", "nodev"]],
        ["destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "mode=755"]],
        [
          "destination": "/dev/pts", "type": "devpts", "source": "devpts",
          "options": ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"],
        ],
      ],
      "linux": .object(linux),
    ]
  }
}
