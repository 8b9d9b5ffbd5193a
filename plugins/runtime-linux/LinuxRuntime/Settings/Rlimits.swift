import Errors
import Messages
import RuntimeSpec

/// Resource limits of the process.
enum Rlimits {
  private static let names: Set<String> = [
    "core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss", "rtprio",
    "rttime",
    "sigpending", "stack",
  ]

  /// - Throws: `.invalidArgument` for an unknown name, or a soft limit above the hard one.
  static func limits(_ ulimits: [GantryRuntimeV1.Ulimit]) throws(GantryError) -> [ResourceLimit] {
    var limits: [ResourceLimit] = []
    for ulimit in ulimits {
      guard names.contains(ulimit.name) else {
        throw GantryError(.invalidArgument, "invalid ulimit type: \(ulimit.name)")
      }
      // -1 is no limit, in two's complement as in setrlimit(2).
      guard ulimit.hard == -1 || (ulimit.soft != -1 && ulimit.soft <= ulimit.hard) else {
        throw GantryError(
          .invalidArgument,
          "ulimit soft limit must be less than or equal to hard limit: \(ulimit.soft) > \(ulimit.hard)")
      }
      guard ulimit.soft >= -1, ulimit.hard >= -1 else {
        throw GantryError(.invalidArgument, "invalid ulimit \(ulimit.name): a limit is -1 (none) or 0 and more")
      }
      let type = "RLIMIT_" + ulimit.name.uppercased()
      // The last one given counts.
      limits.removeAll { $0.type == type }
      limits.append(
        ResourceLimit(type: type, soft: UInt64(bitPattern: ulimit.soft), hard: UInt64(bitPattern: ulimit.hard)))
    }
    return limits
  }
}
