import CLauncher
import CLinux
import Errors
import Glibc
import Linux
import RuntimeSpec

/// A compiled seccomp filter.
struct SeccompProgram {
  /// `struct sock_filter` after `struct sock_filter`, eight bytes each.
  let bytes: [UInt8]

  /// SECCOMP_FILTER_FLAG_* of seccomp(2).
  let flags: UInt32

  /// Compiles `profile`, or takes what was compiled before.
  ///
  /// Docker's default profile takes libseccomp some 20 ms (measured; six times as long as the rest of a start without
  /// the cache), so the program is kept in `cache` under a hash of the profile, behind the profile itself:
  /// a file is used only where that is the same to the byte.
  ///
  /// - Throws: `.invalidArgument` for a profile that cannot be compiled.
  init(_ profile: SeccompSpec, cache: String?) throws(GantryError) {
    flags = try Self.flags(profile)
    let key = profile.json.serialized()
    if let cache, let program = SeccompCache(directory: cache).program(for: key) {
      bytes = program
      return
    }
    bytes = try Self.compile(profile)
    guard bytes.count % 8 == 0, bytes.count / 8 <= 4096, !bytes.isEmpty else {
      throw GantryError(
        .invalidArgument,
        "the seccomp profile compiles to \(bytes.count / 8) instructions and the kernel takes 4096; "
          + "write a shorter one")
    }
    if let cache { SeccompCache(directory: cache).store(bytes, for: key) }
  }

  private static func flags(_ profile: SeccompSpec) throws(GantryError) -> UInt32 {
    guard profile.listenerPath.isEmpty else {
      throw GantryError(.invalidArgument, "seccomp listeners are not supported; leave linux.seccomp.listenerPath out")
    }
    var flags: UInt32 = 0
    for name in profile.flags {
      switch name {
      // One thread, so that there is nobody to synchronise with.
      case "SECCOMP_FILTER_FLAG_TSYNC": break
      case "SECCOMP_FILTER_FLAG_LOG": flags |= 2
      case "SECCOMP_FILTER_FLAG_SPEC_ALLOW": flags |= 4
      default: throw GantryError(.invalidArgument, "seccomp flag \"\(name)\" is not supported; leave it out")
      }
    }
    return flags
  }

  private static func compile(_ profile: SeccompSpec) throws(GantryError) -> [UInt8] {
    guard
      let filter = gl_filter_new(profile.defaultAction, profile.defaultErrnoRet ?? 0, profile.defaultErrnoRet != nil)
    else { throw GantryError(.resourceExhausted, "no memory for the seccomp profile") }
    defer { gl_filter_free(filter) }
    for name in profile.architectures where gl_filter_add_architecture(filter, name) != 0 {
      throw GantryError(
        .invalidArgument, "seccomp architecture \"\(name)\" is unknown; correct linux.seccomp.architectures")
    }
    for rule in profile.syscalls {
      for name in rule.names {
        let index = gl_filter_add_rule(filter, name, rule.action, rule.errnoRet ?? 0, rule.errnoRet != nil)
        for argument in rule.args {
          gl_filter_add_argument(filter, index, argument.index, argument.op, argument.value, argument.valueTwo)
        }
      }
    }
    var report = gl_report()
    let program = gl_filter_compile(filter, &report)
    guard program >= 0 else { throw GantryError(report) }
    return try FileDescriptor(adopting: program).readAll(limit: 1 << 20)
  }
}
