import CLauncher
import CLinux
import Errors
import Glibc
import Linux
import RuntimeSpec

extension LaunchPlan {
  /// Joins every namespace of a running process.
  func joinAll(of pid: Int32) throws(GantryError) {
    do throws(GantryError) {
      let number = try retryingOnInterrupt("pidfd_open", "\(pid)") { gantry_pidfd_open(pid, 0) }
      let pidfd = keep(FileDescriptor(adopting: number))
      gl_add_parent_join(raw, pidfd, NamespaceKind.pid.flag)
      let kinds: [NamespaceKind] = [.mount, .uts, .ipc, .network, .cgroup]
      var flags = kinds.reduce(0) { $0 | $1.flag }
      // The kernel refuses to join the user namespace one is in already.
      if try !Self.sharesUserNamespace(with: pid) { flags |= NamespaceKind.user.flag }
      gl_add_child_join(raw, pidfd, flags)
    } catch  where error.errno == ESRCH || error.errno == ENOENT {
      throw GantryError(
        .failedPrecondition, "the container's process \(pid) has ended; start the container again", cause: .error(error)
      )
    }
  }

  private static func sharesUserNamespace(with pid: Int32) throws(GantryError) -> Bool {
    var own = stat()
    var other = stat()
    try retryingOnInterrupt("stat", "/proc/self/ns/user") { stat("/proc/self/ns/user", &own) }
    try retryingOnInterrupt("stat", "/proc/\(pid)/ns/user") { stat("/proc/\(pid)/ns/user", &other) }
    return own.st_dev == other.st_dev && own.st_ino == other.st_ino
  }
}
