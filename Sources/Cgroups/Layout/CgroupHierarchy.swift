/// One mounted cgroup hierarchy.
public struct CgroupHierarchy: Sendable, Equatable {
  /// Where it is mounted, such as "/sys/fs/cgroup/memory".
  public let mountPoint: String

  /// Its controllers ("cpu", "memory", "name=systemd"); empty for cgroup2, whose controllers depend on the directory.
  public let controllers: [String]

  /// Whether it is the unified hierarchy.
  public let isUnified: Bool

  public init(mountPoint: String, controllers: [String], isUnified: Bool) {
    self.mountPoint = mountPoint
    self.controllers = controllers
    self.isUnified = isUnified
  }

  /// The directory of the cgroup `path` in this hierarchy.
  public func directory(of path: String) -> ControlDirectory {
    ControlDirectory(path: mountPoint + path)
  }
}
