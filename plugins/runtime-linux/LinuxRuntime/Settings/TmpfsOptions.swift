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
    var result = defaults
    for option in text.split(separator: ",").map(String.init) {
      let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let group: [String]
      if parts.count == 2 {
        guard data.contains(parts[0]) else {
          throw GantryError(.invalidArgument, "invalid tmpfs option [\"\(parts[0])\" \"\(parts[1])\"]")
        }
        result.removeAll { $0.hasPrefix(parts[0] + "=") }
        group = []
      } else {
        guard let known = opposites.first(where: { $0.contains(option) }) else {
          throw GantryError(.invalidArgument, "invalid tmpfs option \"\(option)\"")
        }
        group = known
      }
      result.removeAll { group.contains($0) }
      if option != "defaults" { result.append(option) }
    }
    return result
  }
}
