import CLinux
import Errors
import Glibc
import Linux

/// Collects processes that became ours because their parent died: a shim that is killed leaves its containers' ones.
///
/// They stay for a few seconds as they ended, so that the shim that took over can read from /proc how. A child that was
/// spawned here is reaped through its own descriptor long before. For one thread.
public struct OrphanReaper {
  /// How long after a child has ended, or after the sweep before, one should come.
  public static let pause = Duration.seconds(3)

  private struct Child: Hashable {
    let pid: Int32
    let startTime: Int64
  }

  private var seen: Set<Child> = []

  public init() {}

  /// Has the kernel give us orphans among our descendants.
  ///
  /// - Throws: `GantryError` from prctl(2).
  public static func adoptOrphans() throws(GantryError) {
    try retryingOnInterrupt("prctl", "PR_SET_CHILD_SUBREAPER") { gantry_prctl(PR_SET_CHILD_SUBREAPER, 1) }
  }

  /// Whether another sweep has something to do.
  public var isPending: Bool { !seen.isEmpty }

  /// Reaps children that had ended at the sweep before, too.
  public mutating func sweep() {
    let ended = Self.endedChildren()
    for child in ended.intersection(seen) {
      var status: Int32 = 0
      waitpid(child.pid, &status, WNOHANG)
    }
    seen = ended.subtracting(seen)
  }

  private static func endedChildren() -> Set<Child> {
    guard let directory = opendir("/proc") else { return [] }
    defer { closedir(directory) }
    let own = getpid()
    var children: Set<Child> = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      guard let pid = Int32(name), let child = endedChild(pid, of: own) else { continue }
      children.insert(child)
    }
    return children
  }

  private static func endedChild(_ pid: Int32, of parent: Int32) -> Child? {
    guard let bytes = try? FileDescriptor.open("/proc/\(pid)/stat", O_RDONLY).readAll(limit: 4096) else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    guard let end = text.lastIndex(of: ")") else { return nil }
    // From the third field of proc_pid_stat(5) on: state, parent, ...
    let fields = text[text.index(after: end)...].split(separator: " ")
    guard fields.count > 19, fields[0] == "Z", Int32(fields[1]) == parent, let start = Int64(fields[19]) else {
      return nil
    }
    return Child(pid: pid, startTime: start)
  }
}
