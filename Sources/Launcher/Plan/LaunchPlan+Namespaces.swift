import CLauncher
import Errors
import Glibc
import Linux
import RuntimeSpec

extension LaunchPlan {
  /// Namespaces to make and to join.
  func setNamespaces(_ linux: LinuxSpec, network: FileDescriptor?) throws(GantryError) {
    let kinds = Set(linux.namespaces.map(\.type))
    guard kinds.contains(.mount) else {
      throw GantryError(
        .invalidArgument, "linux.namespaces has no mount namespace; a container needs one of its own: add it")
    }
    guard !kinds.contains(.time) else {
      throw GantryError(
        .invalidArgument, "linux.namespaces asks for a time namespace, which Gantry lacks; leave it out")
    }
    let makesUser = linux.namespaces.contains { $0.type == .user && $0.path.isEmpty }
    var network = network
    for namespace in linux.namespaces {
      if namespace.type == .network, let descriptor = network {
        join(keep(descriptor), .network, makesUser: makesUser)
        network = nil
      } else if namespace.path.isEmpty {
        make(namespace.type)
      } else {
        try join(namespace, makesUser: makesUser)
      }
    }
    if let network { join(keep(network), .network, makesUser: makesUser) }
    if makesUser { try setMaps(linux) }
  }

  private func make(_ kind: NamespaceKind) {
    if kind == .cgroup {
      raw.pointee.new_cgroup_namespace = true
    } else {
      raw.pointee.clone_flags |= UInt64(kind.flag)
    }
  }

  private func join(_ namespace: NamespaceSpec, makesUser: Bool) throws(GantryError) {
    guard namespace.type != .user, namespace.type != .mount else {
      throw GantryError(
        .invalidArgument,
        "a new container cannot join the \(namespace.type.rawValue) namespace \(namespace.path); let it have its own")
    }
    do throws(GantryError) {
      let descriptor = try FileDescriptor.open(namespace.path, O_RDONLY)
      join(keep(descriptor), namespace.type, makesUser: makesUser)
    } catch {
      throw GantryError(
        .invalidArgument,
        "the \(namespace.type.rawValue) namespace \(namespace.path) cannot be joined (\(error.message)); "
          + "is its container still running?", cause: .error(error))
    }
  }

  private func join(_ descriptor: Int32, _ kind: NamespaceKind, makesUser: Bool) {
    // A pid namespace takes only children; and a child that is in a user namespace of its own has no right any more
    // to enter one that belongs to the host.
    if kind == .pid || (makesUser && kind != .cgroup) {
      gl_add_parent_join(raw, descriptor, kind.flag)
    } else {
      gl_add_child_join(raw, descriptor, kind.flag)
    }
  }

  private func setMaps(_ linux: LinuxSpec) throws(GantryError) {
    guard !linux.uidMappings.isEmpty, !linux.gidMappings.isEmpty else {
      throw GantryError(
        .invalidArgument, "a user namespace needs linux.uidMappings and linux.gidMappings; add both")
    }
    func text(_ mappings: [IDMapping]) -> String {
      mappings.map { "\($0.containerID) \($0.hostID) \($0.size)\n" }.joined()
    }
    raw.pointee.uid_map = copy(text(linux.uidMappings))
    raw.pointee.gid_map = copy(text(linux.gidMappings))
    raw.pointee.limits_by_parent = true
  }
}
