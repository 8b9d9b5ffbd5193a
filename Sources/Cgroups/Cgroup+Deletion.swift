import CLinux
import Errors
import Glibc
import Linux

extension Cgroup {
  /// Removes the cgroup and its sub-groups from every hierarchy. One that is gone already is fine.
  ///
  /// The kernel says EBUSY for some moments after the last process has ended; it is asked again until the deadline.
  ///
  /// - Throws: `.failedPrecondition` where something is still in it.
  public func delete(timeout: Duration = .seconds(5)) throws(GantryError) {
    let deadline = MonotonicTime.now.advanced(by: timeout)
    var remaining = directories
    while true {
      var busy: [ControlDirectory] = []
      for directory in remaining where try !Self.remove(directory) { busy.append(directory) }
      if busy.isEmpty { return }
      remaining = busy
      guard MonotonicTime.now < deadline else {
        throw GantryError(
          .failedPrecondition,
          "cgroup \(busy[0].path) is still busy after \(timeout); end the processes in it and delete it again")
      }
      usleep(1000)
    }
  }

  /// Removes the cgroup from every hierarchy where no process and no other group is in it; elsewhere it stays.
  public func removeIfEmpty() {
    for directory in directories { rmdir(directory.path) }
  }

  /// - Returns: false where it is busy.
  private static func remove(_ directory: ControlDirectory) throws(GantryError) -> Bool {
    if rmdir(directory.path) == 0 { return true }
    switch gantry_errno() {
    case ENOENT: return true
    case EBUSY, ENOTEMPTY:
      var allGone = true
      let children = directory.children()
      for child in children { allGone = try remove(child) && allGone }
      guard allGone, !children.isEmpty else { return false }
      return rmdir(directory.path) == 0 || gantry_errno() == ENOENT
    case let code: throw .system("rmdir", directory.path, errno: code)
    }
  }
}
