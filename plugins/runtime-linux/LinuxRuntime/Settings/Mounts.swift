import Errors
import Messages
import RuntimeSpec

/// The mounts of a container: Docker's defaults, then what the user asked for.
struct Mounts {
  typealias Container = GantryRuntimeV1.Container

  let container: Container
  /// Absolute path of the init program on the host.
  let initPath: String
  /// The host's mounts; nil reads them when they are asked for.
  var mountTable: MountTable?

  /// Where the init program is seen in the container; Docker's place.
  static let initTarget = "/sbin/docker-init"

  private static let defaultShmSize: Int64 = 64 << 20

  /// In the order of mounting.
  func all() throws(GantryError) -> [MountSpec] {
    let wanted = try binds() + tmpfs() + hostShm()
    let targets = Set(wanted.map(\.destination))
    var mounts = defaults.filter { mount in
      !targets.contains(mount.destination)
        && !(targets.contains("/dev") && mount.destination.hasPrefix("/dev/"))
    }
    if container.readOnlyRootfs {
      // What is on a file system of its own in memory stays writable; the rest follows the root.
      for index in mounts.indices where mounts[index].type == "sysfs" || mounts[index].type == "cgroup" {
        if !mounts[index].options.contains("ro") { mounts[index].options.append("ro") }
      }
    }
    if container.privileged {
      for index in mounts.indices where mounts[index].type == "sysfs" || mounts[index].type == "cgroup" {
        mounts[index].options.removeAll { $0 == "ro" }
      }
    }
    if container.usesInit {
      mounts.append(
        MountSpec(destination: Self.initTarget, type: "bind", source: initPath, options: ["bind", "ro"]))
    }
    return mounts + wanted.sortedByDepth()
  }

  private var defaults: [MountSpec] {
    var mounts = [
      MountSpec(destination: "/proc", type: "proc", source: "proc", options: ["nosuid", "noexec", "nodev"]),
      MountSpec(
        destination: "/dev", type: "tmpfs", source: "tmpfs",
        options: ["nosuid", "strictatime", "mode=755", "size=65536k"]),
      MountSpec(
        destination: "/dev/pts", type: "devpts", source: "devpts",
        options: ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"]),
      MountSpec(destination: "/sys", type: "sysfs", source: "sysfs", options: ["nosuid", "noexec", "nodev", "ro"]),
      MountSpec(
        destination: "/sys/fs/cgroup", type: "cgroup", source: "cgroup", options: ["ro", "nosuid", "noexec", "nodev"]),
      MountSpec(destination: "/dev/mqueue", type: "mqueue", source: "mqueue", options: ["nosuid", "noexec", "nodev"]),
    ]
    if ["", "private", "shareable"].contains(container.ipcMode) {
      let size = container.shmSizeInBytes > 0 ? container.shmSizeInBytes : Self.defaultShmSize
      mounts.append(
        MountSpec(
          destination: "/dev/shm", type: "tmpfs", source: "shm",
          options: ["nosuid", "noexec", "nodev", "mode=1777", "size=\(size)"]))
    }
    return mounts
  }

  private func hostShm() -> [MountSpec] {
    guard container.ipcMode == "host" else { return [] }
    return [MountSpec(destination: "/dev/shm", type: "bind", source: "/dev/shm", options: ["rbind", "rprivate"])]
  }

  private func binds() throws(GantryError) -> [MountSpec] {
    var mounts: [MountSpec] = []
    for bind in container.binds {
      guard bind.source.hasPrefix("/") else {
        throw GantryError(.invalidArgument, "invalid mount path: '\(bind.source)' mount source must be absolute")
      }
      let options = try BindOptions(bind.options)
      if options.isPropagated { try hostMounts().check(bind.source, isSlave: options.isSlave) }
      mounts.append(
        MountSpec(
          destination: try Self.target(bind.target), type: "bind", source: bind.source, options: options.forMount))
    }
    return mounts
  }

  private func hostMounts() throws(GantryError) -> MountTable {
    if let mountTable { return mountTable }
    return try MountTable.current()
  }

  private func tmpfs() throws(GantryError) -> [MountSpec] {
    var mounts: [MountSpec] = []
    for tmpfs in container.tmpfs {
      mounts.append(
        MountSpec(
          destination: try Self.target(tmpfs.target), type: "tmpfs", source: "tmpfs",
          options: try TmpfsOptions.merged(tmpfs.options)))
    }
    return mounts
  }

  private static func target(_ path: String) throws(GantryError) -> String {
    guard path.hasPrefix("/") else {
      throw GantryError(.invalidArgument, "invalid mount path: '\(path)' mount path must be absolute")
    }
    let target = ContainerPath.cleaned(path)
    guard target != "/" else {
      throw GantryError(.invalidArgument, "invalid specification: destination can't be '/'")
    }
    return target
  }

  /// What the root's propagation must be, so that the mounts can have theirs; "" is private.
  static func rootPropagation(_ mounts: [MountSpec]) -> String {
    let options = mounts.filter { $0.type == "bind" }.flatMap(\.options)
    if options.contains("shared") || options.contains("rshared") { return "shared" }
    if options.contains("slave") || options.contains("rslave") { return "rslave" }
    return ""
  }
}

extension [MountSpec] {
  /// Parents before what is mounted inside them; otherwise as given.
  fileprivate func sortedByDepth() -> [MountSpec] {
    enumerated().sorted { left, right in
      let depths = (left.element.depth, right.element.depth)
      return depths.0 == depths.1 ? left.offset < right.offset : depths.0 < depths.1
    }.map(\.element)
  }
}

extension MountSpec {
  fileprivate var depth: Int { destination.split(separator: "/").count }
}

extension GantryRuntimeV1.Container {
  /// Whether an init runs as process 1; on the host's process ids there is no process 1 to be.
  var usesInit: Bool { self.`init` && pidMode != "host" }
}
