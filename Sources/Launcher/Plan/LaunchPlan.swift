import CLauncher
import CLinux
import Cgroups
import Errors
import Glibc
import Linux
import RuntimeSpec

/// What the child reads: a `gl_plan` and the descriptors that must stay open until it has been cloned.
final class LaunchPlan {
  let raw: UnsafeMutablePointer<gl_plan>
  private var kept: [FileDescriptor] = []

  init() throws(GantryError) {
    guard let raw = gl_plan_new() else { throw GantryError(.resourceExhausted, "no memory for a launch plan") }
    self.raw = raw
  }

  deinit { gl_plan_free(raw) }

  /// Keeps a descriptor open as long as the plan lives.
  func keep(_ descriptor: FileDescriptor) -> Int32 {
    kept.append(descriptor)
    return descriptor.number
  }

  func copy(_ text: String) -> UnsafePointer<CChar>? { gl_copy(raw, text) }

  func add(_ texts: [String], to list: UnsafeMutablePointer<gl_strings>) {
    for text in texts { gl_add_string(raw, list, text) }
  }

  func setTimeout(_ timeout: Duration) {
    raw.pointee.timeout = timeout.milliseconds
  }

  func setStreams(_ streams: ProcessStreams, size: ConsoleSize?) {
    switch streams {
    case .descriptors(let input, let output, let error):
      raw.pointee.streams = (keep(input), keep(output), keep(error))
    case .terminal:
      raw.pointee.terminal = true
      raw.pointee.columns = size?.width ?? 0
      raw.pointee.rows = size?.height ?? 0
    }
  }

  func setUnified(_ cgroup: Cgroup?) throws(GantryError) {
    if let unified = try cgroup?.unifiedEntrance() { raw.pointee.cgroup_fd = keep(unified) }
  }

  func setTasks(_ cgroup: Cgroup?) throws(GantryError) {
    for tasks in try cgroup?.tasks() ?? [] { gl_add_cgroup_tasks(raw, keep(tasks)) }
  }

  func setInherited(_ descriptors: [FileDescriptor]) {
    for descriptor in descriptors { gl_add_inherited(raw, keep(descriptor)) }
  }

  func setFilter(_ seccomp: SeccompSpec?, cache: String?) throws(GantryError) {
    guard let seccomp else { return }
    let program = try SeccompProgram(seccomp, cache: cache)
    raw.pointee.filter = program.bytes.withUnsafeBytes { gl_copy_bytes(raw, $0.baseAddress, $0.count) }
    raw.pointee.filter_length = UInt32(program.bytes.count / 8)
    raw.pointee.filter_flags = program.flags
  }
}

extension Duration {
  /// Whole milliseconds, at least one for anything above zero.
  var milliseconds: Int64 {
    let whole = components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    return whole == 0 && self > .zero ? 1 : whole
  }
}
