import CLinux

/// What a descriptor is ready for, or is watched for.
public struct Readiness: OptionSet, Sendable, Hashable {
  public let rawValue: UInt32

  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// There is something to read, or the end of file.
  public static let readable = Readiness(rawValue: 0x1)
  /// There is something urgent: what `poll` calls `POLLPRI`, as cgroup and sysfs files report changes.
  public static let priority = Readiness(rawValue: 0x2)
  /// There is room to write.
  public static let writable = Readiness(rawValue: 0x4)
  /// An error is pending. Always watched for.
  public static let error = Readiness(rawValue: 0x8)
  /// Both directions are closed. Always watched for.
  public static let hangUp = Readiness(rawValue: 0x10)
  /// The peer sends no more.
  public static let peerClosed = Readiness(rawValue: 0x2000)
}
