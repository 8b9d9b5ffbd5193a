import Cgroups
import Errors
import Messages
import RuntimeSpec

/// Which namespaces are the container's own.
enum Namespaces {
  /// - Throws: `.invalidArgument` for a mode that is none.
  static func own(
    _ container: GantryRuntimeV1.Container, layout: CgroupLayout.Kind
  ) throws(GantryError) -> [NamespaceSpec] {
    var kinds: [NamespaceKind] = [.mount]
    if try isOwn(container.networkMode, "network", ["", "private", "none"]) { kinds.append(.network) }
    if try isOwn(container.utsMode, "UTS", ["", "private"]) { kinds.append(.uts) }
    if try isOwn(container.pidMode, "PID", ["", "private"]) { kinds.append(.pid) }
    if try isOwn(container.ipcMode, "IPC", ["", "private", "shareable", "none"]) { kinds.append(.ipc) }
    _ = try isOwn(container.usernsMode, "USER", [""])
    // Docker's default: the host's on cgroup v1, where hiding the path brings little; an own one on v2.
    let cgroups = container.cgroupnsMode.isEmpty ? (layout == .v2 ? "private" : "host") : container.cgroupnsMode
    if try isOwn(cgroups, "CGROUP", ["private"]) { kinds.append(.cgroup) }
    return kinds.map { NamespaceSpec(type: $0) }
  }

  private static func isOwn(_ mode: String, _ name: String, _ own: [String]) throws(GantryError) -> Bool {
    if mode == "host" { return false }
    guard own.contains(mode) else {
      let modes = (own.filter { !$0.isEmpty } + ["host"]).joined(separator: ", ")
      throw GantryError(.invalidArgument, "Invalid \(name) mode: \(mode); use one of: \(modes)")
    }
    return true
  }
}
