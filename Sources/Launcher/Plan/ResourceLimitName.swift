import Errors
import Glibc

/// The limits of setrlimit(2) by the specification's names.
package enum ResourceLimitName {
  /// The kernel's numbers, as asm-generic has them.
  private static let numbers: [String: Int32] = [
    "RLIMIT_CPU": 0, "RLIMIT_FSIZE": 1, "RLIMIT_DATA": 2, "RLIMIT_STACK": 3, "RLIMIT_CORE": 4, "RLIMIT_RSS": 5,
    "RLIMIT_NPROC": 6, "RLIMIT_NOFILE": 7, "RLIMIT_MEMLOCK": 8, "RLIMIT_AS": 9, "RLIMIT_LOCKS": 10,
    "RLIMIT_SIGPENDING": 11, "RLIMIT_MSGQUEUE": 12, "RLIMIT_NICE": 13, "RLIMIT_RTPRIO": 14, "RLIMIT_RTTIME": 15,
  ]

  /// - Throws: `.invalidArgument` for a name that Linux does not have.
  package static func number(_ name: String) throws(GantryError) -> Int32 {
    if let number = numbers[name] { return number }
    throw GantryError(
      .invalidArgument,
      "\"\(name)\" is no limit of this system; use one of \(numbers.keys.sorted().joined(separator: ", "))")
  }
}
