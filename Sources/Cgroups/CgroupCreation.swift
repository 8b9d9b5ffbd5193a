import Errors
import Glibc
import Linux
import RuntimeSpec

/// A cgroup in the making, in two steps, so that its first process can be made between them: what CLONE_INTO_CGROUP needs comes
/// first, all else while that process has other things to do.
public struct CgroupCreation {
  /// Complete once `finish` has returned.
  public let cgroup: Cgroup

  private var made: [ControlDirectory] = []

  /// Makes the cgroup in the unified hierarchy, where there is one.
  ///
  /// - Throws: `.invalidArgument` for a path that is none, `.alreadyExists` where a process is in it. What was made is removed
  ///   again.
  public init(path: String, layout: CgroupLayout) throws(GantryError) {
    cgroup = try Cgroup(path: path, layout: layout)
    try make { $0.isUnified }
  }

  /// Makes the cgroup in all other hierarchies and applies `resources`, with `DeviceRule.defaults` after rules for devices.
  ///
  /// - Throws: as `Cgroup.create`. What was made is removed again, where no process has been put into it since.
  public mutating func finish(_ resources: Resources?) throws(GantryError) {
    try make { !$0.isUnified }
    guard var resources else { return }
    if !resources.devices.isEmpty { resources.devices += DeviceRule.defaults }
    do throws(GantryError) {
      try cgroup.apply(resources)
    } catch {
      undo()
      throw error
    }
  }

  private mutating func make(where isMeant: (CgroupHierarchy) -> Bool) throws(GantryError) {
    do throws(GantryError) {
      for hierarchy in cgroup.layout.hierarchies where isMeant(hierarchy) {
        let new = try createDirectory(in: hierarchy)
        made += new
        let isTracking = hierarchy.mountPoint == cgroup.trackingHierarchy?.mountPoint
        // A directory that has just been made has no process.
        if isTracking, !new.contains(hierarchy.directory(of: cgroup.path)), try !cgroup.processes().isEmpty {
          throw GantryError(
            .alreadyExists, "cgroup \(cgroup.path) still has processes in it; stop them or choose another path")
        }
      }
    } catch {
      undo()
      throw error
    }
  }

  private func undo() {
    for directory in made.reversed() { rmdir(directory.path) }
  }

  private func createDirectory(in hierarchy: CgroupHierarchy) throws(GantryError) -> [ControlDirectory] {
    let directory = hierarchy.directory(of: cgroup.path)
    let new: [ControlDirectory]
    do throws(GantryError) {
      new = try directory.create()
    } catch {
      // A hierarchy without any controller of ours, mounted read-only or closed, costs no limit.
      guard hierarchy.isOptional, cgroup.layout.kind != .v2 else {
        throw error.wrapped(
          "cgroup \(cgroup.path) cannot be made; Gantry needs root and a writable \(hierarchy.mountPoint)")
      }
      return []
    }
    if hierarchy.controllers.contains("cpuset") {
      for directory in new { try directory.inheritProcessors() }
    }
    if cgroup.layout.kind == .v2 { enableControllers(in: hierarchy) }
    return new
  }

  /// Lets the children of each directory on the way down have all controllers. What the kernel refuses here shows
  /// as a missing file where a limit needs it, and only there.
  private func enableControllers(in hierarchy: CgroupHierarchy) {
    var directory = ControlDirectory(path: hierarchy.mountPoint)
    for part in cgroup.path.split(separator: "/") {
      let available = Set(((try? directory.read("cgroup.controllers")) ?? "").split(whereSeparator: \.isWhitespace))
      let enabled = Set(((try? directory.read("cgroup.subtree_control")) ?? "").split(whereSeparator: \.isWhitespace))
      for controller in available.subtracting(enabled).sorted() {
        try? directory.write("cgroup.subtree_control", "+\(controller)")
      }
      directory = ControlDirectory(path: "\(directory.path)/\(part)")
    }
  }
}
