import CLauncher
import Cgroups
import Errors
import Glibc
import RuntimeSpec

extension LaunchPlan {
  /// Root, mounts, devices and what is hidden of them.
  func setRoot(_ request: LaunchRequest) throws(GantryError) {
    let specification = request.specification
    guard let root = specification.root, !root.path.isEmpty else {
      throw GantryError(.invalidArgument, "root.path is missing from the OCI configuration; add it")
    }
    raw.pointee.root_path = copy(root.path.hasPrefix("/") ? root.path : "\(request.bundle)/\(root.path)")
    raw.pointee.root_readonly = root.readonly
    raw.pointee.no_pivot = !request.usesPivotRoot
    for mount in request.rootfs { addRootfs(mount) }
    for entry in request.rootEntries { gl_add_root_entry(raw, entry.path, entry.link) }
    let linux = specification.linux ?? LinuxSpec()
    try setPropagation(linux.rootfsPropagation)
    try addMounts(specification.mounts, cgroup: request.cgroup)
    addDevices(linux.devices, mounts: specification.mounts)
    add(linux.maskedPaths, to: &raw.pointee.masked_paths)
    add(linux.readonlyPaths, to: &raw.pointee.readonly_paths)
    for (name, value) in linux.sysctl.sorted(by: { $0.key < $1.key }) {
      guard !name.split(separator: "/").contains("..") else {
        throw GantryError(.invalidArgument, "sysctl \"\(name)\" leads out of /proc/sys; correct its name")
      }
      gl_add_sysctl(raw, name, value)
    }
    if !specification.hostname.isEmpty { raw.pointee.hostname = copy(specification.hostname) }
    if !specification.domainname.isEmpty { raw.pointee.domainname = copy(specification.domainname) }
  }

  private func addRootfs(_ mount: RootfsMount) {
    let options = MountOptions(mount.options)
    let isBind = options.isBind || mount.type == "bind"
    guard let added = gl_add_rootfs(raw, isBind ? GL_MOUNT_BIND : GL_MOUNT_FILESYSTEM, mount.type, mount.source) else {
      return
    }
    added.pointee.recursive = options.isRecursive
    added.pointee.set = options.own.set
    added.pointee.clear = isBind ? options.own.clear : 0
    guard mount.type == "overlay" else {
      add(options.data, to: added)
      return
    }
    for option in options.data {
      if option.key == "lowerdir", let value = option.value {
        for layer in Self.layers(value) { gl_add_mount_option(raw, added, "lowerdir", layer) }
      } else {
        gl_add_mount_option(raw, added, option.key, option.value)
      }
    }
  }

  /// The directories of a lowerdir option; a colon of their own is written "\:".
  static func layers(_ value: String) -> [String] {
    var layers: [String] = []
    var layer = ""
    var isEscaped = false
    for character in value {
      if isEscaped {
        layer.append(character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if character == ":" {
        layers.append(layer)
        layer = ""
      } else {
        layer.append(character)
      }
    }
    return (layers + [layer]).filter { !$0.isEmpty }
  }

  private func add(_ data: [(key: String, value: String?)], to mount: UnsafeMutablePointer<gl_mount>) {
    for option in data { gl_add_mount_option(raw, mount, option.key, option.value) }
  }

  private func setPropagation(_ name: String) throws(GantryError) {
    guard !name.isEmpty else { return }
    let options = MountOptions([name])
    guard options.propagation != 0, options.data.isEmpty else {
      throw GantryError(
        .invalidArgument, "linux.rootfsPropagation \"\(name)\" is unknown; use private, slave, shared or unbindable")
    }
    raw.pointee.root_propagation = options.propagation
    raw.pointee.root_propagation_recursive = options.propagatesRecursively
    raw.pointee.keep_shared = options.propagation == 1 << 20
  }

  private func addMounts(_ mounts: [MountSpec], cgroup: Cgroup?) throws(GantryError) {
    var layout = cgroup?.layout
    for mount in mounts {
      guard mount.destination.hasPrefix("/") else {
        throw GantryError(
          .invalidArgument, "mount destination \"\(mount.destination)\" is not absolute; write it with a leading slash")
      }
      let options = MountOptions(mount.options)
      var kind = GL_MOUNT_FILESYSTEM
      var type = mount.type
      if options.isRemount {
        kind = GL_MOUNT_REMOUNT
      } else if options.isBind || type == "bind" {
        kind = GL_MOUNT_BIND
      } else if type == "cgroup" {
        let known: CgroupLayout
        if let layout { known = layout } else { known = try CgroupLayout.detect() }
        layout = known
        if known.kind == .v2 {
          type = "cgroup2"
        } else {
          kind = GL_MOUNT_CGROUP
          addHierarchies(known, cgroup: cgroup)
        }
      }
      try add(mount, type: type, kind: kind, options: options)
    }
  }

  private func add(
    _ mount: MountSpec, type: String, kind: gl_mount_kind, options: MountOptions
  ) throws(GantryError) {
    if kind == GL_MOUNT_FILESYSTEM, type.isEmpty {
      throw GantryError(
        .invalidArgument, "the mount at \(mount.destination) has neither a type nor a bind option; add one")
    }
    if kind == GL_MOUNT_BIND {
      guard mount.source.hasPrefix("/") else {
        throw GantryError(
          .invalidArgument, "bind source \"\(mount.source)\" of \(mount.destination) is not absolute; correct it")
      }
      guard access(mount.source, F_OK) == 0 else {
        throw GantryError(
          .invalidArgument, "bind source path does not exist: \(mount.source); create it or mount another")
      }
    }
    guard let added = gl_add_mount(raw, kind, type, mount.source, mount.destination) else { return }
    added.pointee.recursive = options.isRecursive
    added.pointee.set = options.own.set
    added.pointee.clear = kind == GL_MOUNT_FILESYSTEM ? 0 : options.own.clear
    added.pointee.tree_set = options.tree.set
    added.pointee.tree_clear = options.tree.clear
    added.pointee.propagation = options.propagation
    added.pointee.tree_propagation = options.propagatesRecursively
    added.pointee.copy_up = options.copiesUp && (type == "tmpfs" || kind == GL_MOUNT_BIND)
    if kind == GL_MOUNT_FILESYSTEM { add(options.data, to: added) }
  }

  private func addHierarchies(_ layout: CgroupLayout, cgroup: Cgroup?) {
    guard raw.pointee.cgroup_hierarchies.count == 0 else { return }
    for hierarchy in layout.hierarchies where !hierarchy.isUnified {
      let directory = hierarchy.directory(of: cgroup?.path ?? "").path
      gl_add_string(raw, &raw.pointee.cgroup_hierarchies, hierarchy.controllers.joined(separator: ","))
      gl_add_string(raw, &raw.pointee.cgroup_directories, directory)
    }
    raw.pointee.has_unified_beside = layout.unified != nil
  }

  private func addDevices(_ devices: [DeviceSpec], mounts: [MountSpec]) {
    let bindsDevices = mounts.contains { mount in
      mount.destination.split(separator: "/") == ["dev"]
        && (mount.type == "bind" || MountOptions(mount.options).isBind)
    }
    raw.pointee.setup_devices = !bindsDevices
    let named = Set(devices.map(\.path))
    for (path, major, minor) in Self.defaultDevices where !named.contains(path) {
      gl_add_device(raw, path, S_IFCHR | 0o666, major, minor, 0, 0)
    }
    for device in devices {
      let type: UInt32 =
        switch device.type {
        case "b": S_IFBLK
        case "p": S_IFIFO
        default: S_IFCHR
        }
      gl_add_device(
        raw, device.path, type | ((device.fileMode ?? 0o666) & 0o7777), UInt32(truncatingIfNeeded: device.major),
        UInt32(truncatingIfNeeded: device.minor), device.uid ?? 0, device.gid ?? 0)
    }
  }

  /// What every container has (specification, "Default Devices").
  private static let defaultDevices: [(String, UInt32, UInt32)] = [
    ("/dev/null", 1, 3), ("/dev/zero", 1, 5), ("/dev/full", 1, 7), ("/dev/random", 1, 8), ("/dev/urandom", 1, 9),
    ("/dev/tty", 5, 0),
  ]
}
