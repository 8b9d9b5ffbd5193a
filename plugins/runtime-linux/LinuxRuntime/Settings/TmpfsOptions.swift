import Errors

/// The options of `--tmpfs TARGET:OPTIONS` over Docker's defaults.
enum TmpfsOptions {
  private static let defaults = ["noexec", "nosuid", "nodev", "rprivate"]

  private static let data: Set<String> = ["size", "mode", "uid", "gid", "nr_inodes", "nr_blocks", "mpol"]

  /// Flags of which one takes the other back.
  private static let opposites = [
    ["ro", "rw"], ["suid", "nosuid"], ["dev", "nodev"], ["exec", "noexec"], ["sync", "async"], ["mand", "nomand"],
    ["atime", "noatime"], ["diratime", "nodiratime"], ["relatime", "norelatime"], ["strictatime", "nostrictatime"],
    ["private", "rprivate", "shared", "rshared", "slave", "rslave", "unbindable", "runbindable"], ["defaults"],
    ["dirsync"],
  ]

  /// - Throws: `.invalidArgument` for what tmpfs does not know.
  static func merged(_ text: String) throws(GantryError) -> [String] {
    guard !text.isEmpty else { return defaults }
    let options = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    // Docker reads from the end: of several wrong ones it names the last.
    for option in options.reversed() where group(of: option) == nil {
      let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let words = parts.map { "\"\($0)\"" }.joined(separator: " ")
      throw GantryError(.invalidArgument, "invalid tmpfs option [\(words)]")
    }
    var result = defaults
    for option in options {
      let group = group(of: option) ?? []
      result.removeAll { other in group.contains { $0.hasSuffix("=") ? other.hasPrefix($0) : other == $0 } }
      if option != "defaults" { result.append(option) }
    }
    return result
  }

  /// What the option takes back, itself among it, a setting as "name="; nil for what tmpfs does not know.
  private static func group(of option: String) -> [String]? {
    guard let sign = option.firstIndex(of: "=") else { return opposites.first { $0.contains(option) } }
    return data.contains(String(option[..<sign])) ? [String(option[...sign])] : nil
  }
}
