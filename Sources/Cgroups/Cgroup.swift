import Errors
import Glibc
import Linux
import RuntimeSpec

/// A container's cgroup: the directory of one path in every hierarchy of the host.
///
/// The value names the cgroup and owns nothing; a process that starts anew makes the same value again from the path.
public struct Cgroup: Sendable {
  public let layout: CgroupLayout

  /// Absolute path below each hierarchy's mount point, such as "/gantry/<id>".
  public let path: String

  /// - Throws: `.invalidArgument` for a path that is not absolute, is the root, or climbs.
  public init(path: String, layout: CgroupLayout) throws(GantryError) {
    let parts = path.split(separator: "/")
    guard path.hasPrefix("/"), !parts.isEmpty, !parts.contains(where: { $0 == ".." || $0 == "." }) else {
      throw GantryError(
        .invalidArgument, "cgroup path \"\(path)\" is not an absolute path below the root; use one like /gantry/NAME")
    }
    self.path = "/" + parts.joined(separator: "/")
    self.layout = layout
  }

  var directories: [ControlDirectory] { layout.hierarchies.map { $0.directory(of: path) } }

  /// The directory in the unified hierarchy; nil under pure v1.
  public var unifiedDirectory: ControlDirectory? { layout.unified?.directory(of: path) }

  /// The directory where `controller`'s files are: its own hierarchy under v1, the unified one under v2.
  public func directory(of controller: String) -> ControlDirectory? {
    if layout.kind == .v2 { return unifiedDirectory }
    return layout.hierarchy(of: controller)?.directory(of: path)
  }

  public var exists: Bool { directories.contains(where: \.exists) }

  /// Makes the cgroup in every hierarchy and applies `resources`, with `DeviceRule.defaults` after rules for devices.
  ///
  /// - Throws: `.alreadyExists` where a process is still in it; `.invalidArgument`, `.failedPrecondition` or
  ///   `.permissionDenied` naming the limit that the host refuses. What was made is removed again.
  public static func create(
    path: String, resources: Resources?, layout: CgroupLayout
  ) throws(GantryError) -> Cgroup {
    var creation = try CgroupCreation(path: path, layout: layout)
    try creation.finish(resources)
    return creation.cgroup
  }

  /// Changes limits; those that `resources` does not name stay as they are.
  ///
  /// - Throws: `.invalidArgument`, `.failedPrecondition` or `.permissionDenied` naming the limit that the host refuses.
  public func apply(_ resources: Resources) throws(GantryError) {
    let settings =
      layout.kind == .v2
      ? ControlSetting.unified(resources) : ControlSetting.controllers(resources)
    try apply(settings)
    if !resources.devices.isEmpty {
      if layout.kind == .v2 {
        try applyDeviceProgram(resources.devices)
      } else {
        try applyDeviceRules(resources.devices)
      }
    }
  }

  private func apply(_ settings: [ControlSetting]) throws(GantryError) {
    var again: [ControlSetting] = []
    for setting in settings {
      do throws(GantryError) {
        try apply(setting)
      } catch  where error.code == .invalidArgument && setting.files == ["memory.limit_in_bytes"] {
        // Above the present limit of memory and swap: that one must grow first.
        again.append(setting)
      }
    }
    for setting in again { try apply(setting) }
  }

  /// Processes of the container, those in sub-groups included.
  ///
  /// - Throws: `GantryError` from reading; a cgroup that is gone has none.
  public func processes() throws(GantryError) -> [Int32] {
    guard let hierarchy = trackingHierarchy else { return [] }
    return try Self.processes(in: hierarchy.directory(of: path)).sorted()
  }

  /// The hierarchy in which every process of the container can be found.
  var trackingHierarchy: CgroupHierarchy? {
    layout.kind == .v2
      ? layout.unified
      : layout.hierarchy(of: "freezer") ?? layout.hierarchy(of: "pids") ?? layout.hierarchies.first
  }

  private static func processes(in directory: ControlDirectory) throws(GantryError) -> Set<Int32> {
    var processes: Set<Int32> = []
    do throws(GantryError) {
      processes = Set(KernelText.processes(try directory.read("cgroup.procs")))
    } catch  where error.errno == ENOENT || error.errno == ENODEV {
      return []
    } catch  where error.errno == EOPNOTSUPP {
      // A threaded sub-group: its processes are listed by the domain above it.
      return []
    }
    for child in directory.children() { processes.formUnion(try Self.processes(in: child)) }
    return processes
  }
}
