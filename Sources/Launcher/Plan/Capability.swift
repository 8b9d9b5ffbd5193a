/// The capabilities of capabilities(7), numbered as the kernel does.
package enum Capability {
  package static let names = [
    "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP",
    "LINUX_IMMUTABLE", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "IPC_OWNER",
    "SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE",
    "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE", "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP",
    "MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ", "PERFMON", "BPF",
    "CHECKPOINT_RESTORE",
  ]

  private static let numbers = Dictionary(
    uniqueKeysWithValues: names.enumerated().map { ("CAP_\($0.element)", UInt64($0.offset)) })

  /// One bit for each of `names`. A name that is not known is passed over, as the specification asks.
  package static func mask(_ names: [String]) -> UInt64 {
    names.reduce(0) { mask, name in numbers[name].map { mask | 1 << $0 } ?? mask }
  }
}
