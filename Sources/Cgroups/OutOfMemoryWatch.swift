import CLinux
import Errors
import Glibc
import Linux

/// Tells when the kernel kills for want of memory in a cgroup. Not for use by several threads.
public final class OutOfMemoryWatch {
  /// Becomes readable when something may have happened; then call `drain()`.
  public let descriptor: FileDescriptor

  private let directory: ControlDirectory
  private let isUnified: Bool
  private var kills: UInt64

  /// - Throws: `.failedPrecondition` where the host has no memory controller.
  init(_ cgroup: Cgroup) throws(GantryError) {
    guard let directory = cgroup.directory(of: "memory"), directory.has(cgroup.memoryEventsFile) else {
      throw GantryError(
        .failedPrecondition, "this host has no memory controller for cgroup \(cgroup.path); enable it in the kernel")
    }
    self.directory = directory
    isUnified = cgroup.layout.kind == .v2
    kills = cgroup.outOfMemoryKills
    descriptor = isUnified ? try Self.watch(directory) : try Self.register(directory)
  }

  private static func watch(_ directory: ControlDirectory) throws(GantryError) -> FileDescriptor {
    let number = try retryingOnInterrupt("inotify_init1") { inotify_init1(Int32(O_CLOEXEC | O_NONBLOCK)) }
    let descriptor = FileDescriptor(adopting: number)
    let file = "\(directory.path)/memory.events"
    try retryingOnInterrupt("inotify_add_watch", file) { inotify_add_watch(number, file, UInt32(IN_MODIFY)) }
    return descriptor
  }

  private static func register(_ directory: ControlDirectory) throws(GantryError) -> FileDescriptor {
    let number = try retryingOnInterrupt("eventfd") { eventfd(0, Int32(O_CLOEXEC | O_NONBLOCK)) }
    let descriptor = FileDescriptor(adopting: number)
    let control = try FileDescriptor.open("\(directory.path)/memory.oom_control", O_RDONLY)
    try directory.write("cgroup.event_control", "\(number) \(control.number)")
    return descriptor
  }

  /// Takes what has been told since the last call.
  ///
  /// - Returns: whether the container ran out of memory; false for a cgroup that has only been removed.
  /// - Throws: `GantryError` from read(2).
  public func drain() throws(GantryError) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 4096)
    do throws(GantryError) {
      _ = try retryingOnInterrupt("read") { Glibc.read(descriptor.number, &buffer, buffer.count) }
    } catch  where error.errno == EAGAIN {
      return false
    }
    // v1 tells at the moment memory runs out, before the killer has counted; removal tells, too.
    guard isUnified else { return directory.has("cgroup.event_control") }
    let now = directory.outOfMemoryKills(isUnified: true)
    defer { kills = now }
    return now > kills
  }
}

extension Cgroup {
  /// Watches for the container running out of memory.
  ///
  /// - Throws: `.failedPrecondition` where the host has no memory controller.
  public func watchOutOfMemory() throws(GantryError) -> OutOfMemoryWatch {
    try OutOfMemoryWatch(self)
  }

  /// How many processes of the container the kernel has killed for want of memory.
  public var outOfMemoryKills: UInt64 {
    directory(of: "memory")?.outOfMemoryKills(isUnified: layout.kind == .v2) ?? 0
  }

  var memoryEventsFile: String { layout.kind == .v2 ? "memory.events" : "memory.oom_control" }
}

extension ControlDirectory {
  func outOfMemoryKills(isUnified: Bool) -> UInt64 {
    let text = try? read(isUnified ? "memory.events" : "memory.oom_control")
    return KernelText.flatKeyed(text ?? "")["oom_kill"] ?? 0
  }
}
