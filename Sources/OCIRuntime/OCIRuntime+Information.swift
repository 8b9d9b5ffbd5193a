import Errors
import Glibc
import JSON
import Launcher
import Linux
import RuntimeSpec

extension OCIRuntime {
  /// The specification's features document.
  func features() -> Int32 {
    printOut(Self.featuresDocument.text(indentation: "  ") + "\n")
    return 0
  }

  package static let featuresDocument: JSONValue = [
    "ociVersionMin": "1.0.0", "ociVersionMax": "1.0.2",
    "hooks": ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"],
    "mountOptions": [
      "bind", "rbind", "ro", "rw", "rro", "rrw", "nosuid", "suid", "nodev", "dev", "noexec", "exec", "noatime", "atime",
      "relatime", "strictatime", "nodiratime", "diratime", "nosymfollow", "symfollow", "private", "rprivate", "shared",
      "rshared", "slave", "rslave", "unbindable", "runbindable", "remount", "tmpcopyup",
    ],
    "linux": [
      "namespaces": ["cgroup", "ipc", "mount", "network", "pid", "user", "uts"],
      "capabilities": .array(CapabilityName.all.map { .string($0) }),
      "cgroup": ["v1": true, "v2": true, "systemd": false, "systemdUser": false],
      "seccomp": [
        "enabled": true,
        "actions": [
          "SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", "SCMP_ACT_KILL", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_KILL_THREAD",
          "SCMP_ACT_LOG", "SCMP_ACT_TRACE", "SCMP_ACT_TRAP",
        ],
        "operators": [
          "SCMP_CMP_EQ", "SCMP_CMP_GE", "SCMP_CMP_GT", "SCMP_CMP_LE", "SCMP_CMP_LT", "SCMP_CMP_MASKED_EQ",
          "SCMP_CMP_NE",
        ],
      ],
      "apparmor": ["enabled": true], "selinux": ["enabled": false], "intelRdt": ["enabled": false],
    ],
  ]

  /// Writes a `config.json` to start from into the bundle.
  func specification() throws(GantryError) -> Int32 {
    let bundle = arguments.value("bundle", "b") ?? "."
    let file = try FileDescriptor.open("\(bundle)/config.json", O_WRONLY | O_CREAT | O_EXCL, mode: 0o644)
    try file.writeAll(Self.sample.serialized(indentation: "  "))
    return 0
  }

  /// A shell with Docker's habits: its capabilities, masked and read-only paths.
  package static let sample = Specification(
    process: ProcessSpec(
      args: ["sh"], env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"],
      capabilities: CapabilitySets(
        bounding: sampleCapabilities, effective: sampleCapabilities, permitted: sampleCapabilities),
      noNewPrivileges: true),
    root: RootSpec(path: "rootfs"), hostname: "gantry",
    mounts: [
      MountSpec(destination: "/proc", type: "proc", source: "proc", options: ["nosuid", "noexec", "nodev"]),
      MountSpec(
        destination: "/dev", type: "tmpfs", source: "tmpfs",
        options: ["nosuid", "strictatime", "mode=755", "size=65536k"]),
      MountSpec(
        destination: "/dev/pts", type: "devpts", source: "devpts",
        options: ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"]),
      MountSpec(
        destination: "/dev/shm", type: "tmpfs", source: "shm",
        options: ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"]),
      MountSpec(destination: "/dev/mqueue", type: "mqueue", source: "mqueue", options: ["nosuid", "noexec", "nodev"]),
      MountSpec(destination: "/sys", type: "sysfs", source: "sysfs", options: ["nosuid", "noexec", "nodev", "ro"]),
      MountSpec(
        destination: "/sys/fs/cgroup", type: "cgroup", source: "cgroup",
        options: ["nosuid", "noexec", "nodev", "relatime", "ro"]),
    ],
    linux: LinuxSpec(
      resources: Resources(devices: sampleDevices),
      namespaces: [.pid, .network, .ipc, .uts, .mount, .cgroup].map { NamespaceSpec(type: $0) },
      maskedPaths: [
        "/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list",
        "/proc/timer_stats", "/proc/sched_debug", "/proc/scsi", "/sys/firmware", "/sys/devices/virtual/powercap",
      ],
      readonlyPaths: ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]))

  private static let sampleCapabilities = ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"]

  private static let sampleDevices = [
    DeviceRule(allow: false, access: "rwm"),
    DeviceRule(allow: true, type: "c", access: "m"),
    DeviceRule(allow: true, type: "b", access: "m"),
    DeviceRule(allow: true, type: "c", major: 1, minor: 3, access: "rwm"),
    DeviceRule(allow: true, type: "c", major: 1, minor: 5, access: "rwm"),
    DeviceRule(allow: true, type: "c", major: 1, minor: 7, access: "rwm"),
    DeviceRule(allow: true, type: "c", major: 1, minor: 8, access: "rwm"),
    DeviceRule(allow: true, type: "c", major: 1, minor: 9, access: "rwm"),
    DeviceRule(allow: true, type: "c", major: 5, minor: 0, access: "rwm"),
    DeviceRule(allow: true, type: "c", major: 5, minor: 2, access: "rwm"),
    DeviceRule(allow: true, type: "c", major: 136, access: "rwm"),
  ]
}
