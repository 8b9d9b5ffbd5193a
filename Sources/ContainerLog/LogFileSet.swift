import Errors
import Glibc
import Linux

/// The files of one log in its directory: `name`, the current one, and `name.1`, `name.2`, ... put aside earlier.
struct LogFileSet {
  let directory: FileDescriptor
  let name: String

  struct Member {
    let descriptor: FileDescriptor
    let identity: FileIdentity
  }

  /// Opens the current file; nil in the moment in which the writer is putting it aside.
  func current() throws(GantryError) -> Member? {
    try member(named: name)
  }

  /// All files, oldest first.
  ///
  /// Files only ever move to higher numbers, so opening them upwards misses none; one that moved in
  /// between is met twice and left out. While the writer shifts them there is one gap.
  func all() throws(GantryError) -> [Member] {
    var members: [Member] = []
    var seen: Set<FileIdentity> = []
    if let current = try current() {
      members.append(current)
      seen.insert(current.identity)
    }
    var index = 1
    var missing = 0
    while missing < 2 {
      if let member = try member(named: "\(name).\(index)") {
        missing = 0
        if seen.insert(member.identity).inserted { members.append(member) }
      } else {
        missing += 1
      }
      index += 1
    }
    return members.reversed()
  }

  /// The files younger than the one given, oldest of them first; all of them where that one is gone.
  func successors(of identity: FileIdentity) throws(GantryError) -> [Member] {
    let members = try all()
    guard let index = members.firstIndex(where: { $0.identity == identity }) else { return members }
    return Array(members[(index + 1)...])
  }

  private func member(named name: String) throws(GantryError) -> Member? {
    do throws(GantryError) {
      let descriptor = try directory.open(name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
      return FileIdentity(of: descriptor).map { Member(descriptor: descriptor, identity: $0) }
    } catch {
      if error.errno == ENOENT { return nil }
      throw error
    }
  }
}
