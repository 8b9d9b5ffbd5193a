import Errors

/// One `--ulimit`.
package struct UlimitSetting: Sendable, Equatable {
  package let name: String
  package let soft: Int64
  package let hard: Int64

  private static let names: Set<String> = [
    "as", "core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss", "rtprio",
    "rttime", "sigpending", "stack",
  ]

  /// Reads "name=soft[:hard]".
  ///
  /// - Throws: `.invalidArgument` in Docker's words.
  package init(_ text: String) throws(GantryError) {
    guard let equals = text.firstIndex(of: "=") else {
      throw GantryError(.invalidArgument, "invalid ulimit argument: \(text)")
    }
    name = String(text[..<equals])
    guard Self.names.contains(name) else { throw GantryError(.invalidArgument, "invalid ulimit type: \(name)") }
    let limits = text[text.index(after: equals)...]
    let parts = limits.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= 2 else {
      throw GantryError(
        .invalidArgument,
        "too many limit value arguments - \(limits), can only have up to two, `soft[:hard]`")
    }
    soft = try GoSyntax.integer(parts[0])
    hard = parts.count == 2 ? try GoSyntax.integer(parts[1]) : soft
    // -1 is without limit.
    guard hard == -1 || (soft != -1 && soft <= hard) else {
      throw GantryError(
        .invalidArgument, "ulimit soft limit must be less than or equal to hard limit: \(soft) > \(hard)")
    }
  }
}
