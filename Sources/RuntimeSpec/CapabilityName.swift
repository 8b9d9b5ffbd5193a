import Errors

/// The kernel's capabilities by name (capabilities(7)).
public enum CapabilityName {
  /// By number: the first is 0.
  public static let all = [
    "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID",
    "CAP_SETUID", "CAP_SETPCAP", "CAP_LINUX_IMMUTABLE", "CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST", "CAP_NET_ADMIN",
    "CAP_NET_RAW", "CAP_IPC_LOCK", "CAP_IPC_OWNER", "CAP_SYS_MODULE", "CAP_SYS_RAWIO", "CAP_SYS_CHROOT",
    "CAP_SYS_PTRACE", "CAP_SYS_PACCT", "CAP_SYS_ADMIN", "CAP_SYS_BOOT", "CAP_SYS_NICE", "CAP_SYS_RESOURCE",
    "CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_MKNOD", "CAP_LEASE", "CAP_AUDIT_WRITE", "CAP_AUDIT_CONTROL",
    "CAP_SETFCAP", "CAP_MAC_OVERRIDE", "CAP_MAC_ADMIN", "CAP_SYSLOG", "CAP_WAKE_ALARM", "CAP_BLOCK_SUSPEND",
    "CAP_AUDIT_READ", "CAP_PERFMON", "CAP_BPF", "CAP_CHECKPOINT_RESTORE",
  ]

  private static let numbers = Dictionary(
    uniqueKeysWithValues: all.enumerated().map { ($0.element, UInt64($0.offset)) })

  /// One bit for each of `names`. A name that is not known is passed over, as the specification asks.
  public static func mask(_ names: [String]) -> UInt64 {
    names.reduce(0) { mask, name in numbers[name].map { mask | 1 << $0 } ?? mask }
  }

  /// What a person writes for `--cap-add` and `--cap-drop` in the kernel's words, each once: "net_admin", "CAP_CHOWN", "all".
  ///
  /// - Parameter setting: what messages call the setting, "CapAdd" or "CapDrop".
  /// - Throws: `.invalidArgument` in Docker's words for a name that is none.
  public static func normalized(_ names: [String], _ setting: String) throws(GantryError) -> [String] {
    var result: [String] = []
    for name in names {
      let upper = name.uppercased()
      let full = upper == "ALL" || upper.hasPrefix("CAP_") ? upper : "CAP_" + upper
      guard full == "ALL" || numbers[full] != nil else {
        throw GantryError(.invalidArgument, "invalid \(setting): unknown capability: \"\(full)\"")
      }
      if !result.contains(full) { result.append(full) }
    }
    return result
  }
}
