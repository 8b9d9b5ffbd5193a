import CLinux
import Errors
import Glibc
import Linux
import Messages

/// What every container has in its root file system whatever its image holds: places for the mounts, and what programs look
/// for to learn that they run in a container as Docker makes it.
///
/// It is a directory of the engine's, the lowest layer of every overlay: an image that has something at one of its
/// places hides it, and nothing is made or removed for a single container. Where a snapshotter mounts otherwise, or an
/// image hides a directory, the launcher makes what is missing.
package struct RootSkeleton: Sendable {
  private let path: String

  /// As in the layer that Docker puts between an image and its container.
  private static let directories = ["dev", "dev/pts", "dev/shm", "etc", "proc", "sys"]
  private static let files = [".dockerenv", "dev/console", "etc/hostname", "etc/hosts", "etc/resolv.conf"]

  /// What the launcher makes where neither the image nor the skeleton has it.
  static let entries: [GantryShimV1.RootEntry] = [
    .init(path: "/.dockerenv"), .init(path: "/etc/mtab", link: "/proc/mounts"),
  ]

  /// - Parameter path: absolute path of its directory.
  package init(_ path: String) { self.path = path }

  /// Makes what is missing of it.
  ///
  /// - Throws: `GantryError` from the file system.
  package func create() throws(GantryError) {
    for directory in [""] + Self.directories.map({ "/" + $0 }) {
      try Directory.create(path + directory, mode: 0o755)
    }
    let root = try FileDescriptor.open(path, O_RDONLY | O_DIRECTORY)
    for file in Self.files { _ = try root.open(file, O_RDONLY | O_CREAT | O_NOFOLLOW, mode: 0o755) }
    let mtab = "\(path)/etc/mtab"
    guard symlink("/proc/mounts", mtab) == 0 || gantry_errno() == EEXIST else { throw .system("symlink", mtab) }
  }

  /// Lays it below the other layers.
  ///
  /// - Parameter mounts: of an active snapshot, as its snapshotter describes them.
  package func lying(under mounts: [ContainerdTypes.Mount]) -> [ContainerdTypes.Mount] {
    mounts.map { mount in
      guard mount.type == "overlay" else { return mount }
      var mount = mount
      mount.options = mount.options.map { $0.hasPrefix("lowerdir=") ? "\($0):\(path)" : $0 }
      return mount
    }
  }
}
