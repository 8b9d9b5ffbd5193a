import Errors

/// The options that `run` and `create` share.
package enum ContainerOptions {
  package static let all: [Option] = process + isolation + limits + storage + rest + refused

  private static let process: [Option] = [
    .list("attach", "a", "list", "Attach to STDIN, STDOUT or STDERR", check: NameValue.checkStream),
    .value("entrypoint", "", "string", "Overwrite the default ENTRYPOINT of the image"),
    .list("env", "e", "list", "Set environment variables", check: NameValue.checkVariable),
    .list("env-file", "", "list", "Read in a file of environment variables"),
    .flag("help", "", "Print usage"),
    .value("hostname", "h", "string", "Container host name"),
    .value("domainname", "", "string", "Container NIS domain name"),
    .flag("init", "", "Run an init inside the container that forwards signals and reaps processes"),
    .flag("interactive", "i", "Keep STDIN open even if not attached"),
    .value("name", "", "string", "Assign a name to the container"),
    .value("stop-signal", "", "string", "Signal to stop the container"),
    .integer("stop-timeout", "", "Timeout (in seconds) to stop a container"),
    .flag("tty", "t", "Allocate a pseudo-TTY"),
    .value("user", "u", "string", "Username or UID (format: <name|uid>[:<group|gid>])"),
    .value("workdir", "w", "string", "Working directory inside the container"),
    .list("group-add", "", "list", "Add additional groups to join"),
  ]

  private static let isolation: [Option] = [
    .list("cap-add", "", "list", "Add Linux capabilities"),
    .list("cap-drop", "", "list", "Drop Linux capabilities"),
    .value("cgroupns", "", "string", "Cgroup namespace to use (host|private)"),
    .value("ipc", "", "string", "IPC mode to use"),
    .list("network", "", "network", "Connect a container to a network"),
    .list("net", "", "network", "Connect a container to a network").hidden,
    .value("pid", "", "string", "PID namespace to use"),
    .flag("privileged", "", "Give extended privileges to this container"),
    .flag("read-only", "", "Mount the container's root filesystem as read only"),
    .list("security-opt", "", "list", "Security Options"),
    .list("sysctl", "", "map", "Sysctl options", default: "map[]", check: NameValue.checkSysctl),
    .value("userns", "", "string", "User namespace to use"),
    .value("uts", "", "string", "UTS namespace to use"),
  ]

  private static let limits: [Option] = [
    bytes("memory", "m", "Memory limit"),
    bytes("memory-reservation", "", "Memory soft limit"),
    .value(
      "memory-swap", "", "bytes", "Swap limit equal to memory plus swap: '-1' to enable unlimited swap",
      check: { text throws(GantryError) in _ = try ByteCount.parseSwap(text) }),
    .value(
      "cpus", "", "decimal", "Number of CPUs", check: { text throws(GantryError) in _ = try CPUCount.parse(text) }),
    .integer("cpu-period", "", "Limit CPU CFS (Completely Fair Scheduler) period"),
    .integer("cpu-quota", "", "Limit CPU CFS (Completely Fair Scheduler) quota"),
    .integer("cpu-shares", "c", "CPU shares (relative weight)"),
    .value("cpuset-cpus", "", "string", "CPUs in which to allow execution (0-3, 0,1)"),
    .value("cpuset-mems", "", "string", "MEMs in which to allow execution (0-3, 0,1)"),
    .integer("blkio-weight", "", "Block IO (relative weight), between 10 and 1000, or 0 to disable", default: "0"),
    .integer("pids-limit", "", "Tune container pids limit (set -1 for unlimited)"),
    .integer("oom-score-adj", "", "Tune host's OOM preferences (-1000 to 1000)"),
    .flag("oom-kill-disable", "", "Disable OOM Killer"),
    bytes("shm-size", "", "Size of /dev/shm"),
    .list(
      "ulimit", "", "ulimit", "Ulimit options", default: "[]",
      check: { text throws(GantryError) in _ = try UlimitSetting(text) }),
  ]

  private static let storage: [Option] = [
    .list("device", "", "list", "Add a host device to the container"),
    .list(
      "mount", "", "mount", "Attach a filesystem mount to the container",
      check: { text throws(GantryError) in _ = try MountSyntax(text) }),
    .list("tmpfs", "", "list", "Mount a tmpfs directory"),
    .list("volume", "v", "list", "Bind mount a volume"),
  ]

  private static let rest: [Option] = [
    .list(
      "annotation", "", "map", "Add an annotation to the container (passed through to the OCI runtime)",
      default: "map[]"),
    .value("cidfile", "", "string", "Write the container ID to the file"),
    .list("label", "l", "list", "Set meta data on a container", check: NameValue.checkLabel),
    .list("label-file", "", "list", "Read in a line delimited file of labels"),
    .value("log-driver", "", "string", "Logging driver for the container"),
    .list("log-opt", "", "list", "Log driver options"),
    .value("platform", "", "string", "Set platform if server is multi-platform capable"),
    .value(
      "pull", "", "string", "Pull image before running (\"always\", \"missing\", \"never\")", default: "\"missing\""),
    .flag("rm", "", "Automatically remove the container and its associated anonymous volumes when it exits"),
    .value("restart", "", "string", "Restart policy to apply when a container exits", default: "\"no\""),
    .flag("quiet", "q", "Suppress the pull output"),
    .flag("no-healthcheck", "", "Disable any container-specified HEALTHCHECK"),
    .flag("disable-content-trust", "", "Skip image verification", on: true),
  ]

  /// What Docker has and this version has not: known, so that the answer is a sentence that says so.
  package static let refusedNames: [String] = [
    "add-host", "dns", "dns-option", "dns-search", "expose", "gpus", "health-cmd", "health-interval", "health-retries",
    "health-start-period", "health-timeout", "ip", "ip6", "link", "mac-address", "network-alias", "runtime",
    "storage-opt", "volume-driver", "volumes-from", "device-cgroup-rule", "device-read-bps", "device-write-bps",
    "device-read-iops", "device-write-iops", "blkio-weight-device", "cgroup-parent", "memory-swappiness",
  ]

  private static let refused: [Option] =
    refusedNames.map { Option.list($0, "", "list", "").hidden } + [
      Option.list("publish", "p", "list", "Publish a container's port(s) to the host").hidden,
      Option.flag("publish-all", "P", "Publish all exposed ports to random ports").hidden,
    ]

  private static func bytes(_ name: String, _ short: String, _ summary: String) -> Option {
    .value(name, short, "bytes", summary) { text throws(GantryError) in _ = try ByteCount.parse(text) }
  }
}
