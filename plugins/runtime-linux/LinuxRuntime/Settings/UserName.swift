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
    let gid = group.flatMap { UInt32($0) }
    // A group that has yet to be looked up is none of the additional ones: a 0 there stays when the real one has been
    // found, and the process of "nobody" reads what is for root's group.
    return UserSpec(uid: UInt32(user) ?? 0, gid: gid ?? 0, additionalGids: gid.map { [$0] } ?? [])
  }
}
