import Errors

/// The kernel's capabilities and what Docker makes of `--cap-add` and `--cap-drop`.
public enum Capabilities {
  /// By number (capabilities(7)).
  public static let all = [
    "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID",
    "CAP_SETUID", "CAP_SETPCAP", "CAP_LINUX_IMMUTABLE", "CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST", "CAP_NET_ADMIN",
    "CAP_NET_RAW", "CAP_IPC_LOCK", "CAP_IPC_OWNER", "CAP_SYS_MODULE", "CAP_SYS_RAWIO", "CAP_SYS_CHROOT",
    "CAP_SYS_PTRACE", "CAP_SYS_PACCT", "CAP_SYS_ADMIN", "CAP_SYS_BOOT", "CAP_SYS_NICE", "CAP_SYS_RESOURCE",
    "CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_MKNOD", "CAP_LEASE", "CAP_AUDIT_WRITE", "CAP_AUDIT_CONTROL",
    "CAP_SETFCAP", "CAP_MAC_OVERRIDE", "CAP_MAC_ADMIN", "CAP_SYSLOG", "CAP_WAKE_ALARM", "CAP_BLOCK_SUSPEND",
    "CAP_AUDIT_READ", "CAP_PERFMON", "CAP_BPF", "CAP_CHECKPOINT_RESTORE",
  ]

  /// What a container has when nobody says otherwise, in Docker's order.
  public static let docker = [
    "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FSETID", "CAP_FOWNER", "CAP_MKNOD", "CAP_NET_RAW", "CAP_SETGID", "CAP_SETUID",
    "CAP_SETFCAP", "CAP_SETPCAP", "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT", "CAP_KILL", "CAP_AUDIT_WRITE",
  ]

  /// The capabilities of a container.
  ///
  /// - Parameter held: what the engine itself holds; "ALL" gives these. Docker asks for every capability there
  ///   is, and fails where it lacks one.
  /// - Throws: `.invalidArgument` for a name that is none, `.failedPrecondition` for one the engine does not hold.
  static func granted(
    adding: [String], dropping: [String], privileged: Bool, held: [String]
  ) throws(GantryError) -> [String] {
    let added = try normalized(adding, "CapAdd")
    let dropped = try normalized(dropping, "CapDrop")
    if privileged { return held }
    if added.contains("ALL") { return held.filter { !dropped.contains($0) } }
    for name in added where !held.contains(name) {
      throw GantryError(
        .failedPrecondition,
        "capability \(name) cannot be given: the engine does not hold it itself; leave it out of --cap-add")
    }
    let kept = dropped.contains("ALL") ? [] : docker.filter { !dropped.contains($0) && held.contains($0) }
    return kept + added.filter { !kept.contains($0) }
  }

  private static func normalized(_ names: [String], _ setting: String) throws(GantryError) -> [String] {
    var result: [String] = []
    for name in names {
      let upper = name.uppercased()
      let full = upper == "ALL" || upper.hasPrefix("CAP_") ? upper : "CAP_" + upper
      guard full == "ALL" || all.contains(full) else {
        throw GantryError(.invalidArgument, "invalid \(setting): unknown capability: \"\(full)\"")
      }
      if !result.contains(full) { result.append(full) }
    }
    return result
  }
}
