import RuntimeSpec

/// A user as it was written: "", "name", "uid", "name:group" or "uid:gid".
struct UserName {
  private let user: Substring
  private let group: Substring?

  init(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    user = parts.first ?? ""
    group = parts.count > 1 ? parts[1] : nil
  }

  /// Whether it is root for certain. Any other name gets its capabilities, should it turn out to be root's,
  /// from the kernel when the command is executed.
  var isRoot: Bool { user.isEmpty || user == "root" || UInt32(user) == 0 }

  /// What is known without looking into the container; names are 0 here and looked up there.
  var numbers: UserSpec {
    let uid = UInt32(user) ?? 0
    let gid = group.flatMap { UInt32($0) } ?? 0
    return UserSpec(uid: uid, gid: gid, additionalGids: [gid])
  }
}
