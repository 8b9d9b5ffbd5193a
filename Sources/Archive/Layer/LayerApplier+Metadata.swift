import CLinux
import Errors
import Glibc
import Linux

extension LayerApplier {
  /// Owner first: chown(2) takes set-user-id bits and capabilities away.
  func setMetadata(ofFile file: FileDescriptor, _ entry: TarEntry, givesItsGroup: Bool) throws(GantryError) {
    let changesOwner = entry.owner != Self.me.owner || entry.group != Self.me.group || givesItsGroup
    if changesOwner {
      try retryingOnInterrupt("fchown") { fchown(file.number, entry.owner, entry.group) }
    }
    // Before the mode, which an access list would keep to itself.
    try removeAttributes(of: file, notIn: entry)
    try retryingOnInterrupt("fchmod") { fchmod(file.number, entry.permissions) }
    try setAttributes(of: file, entry)
    let times = [entry.modified, entry.modified]
    try retryingOnInterrupt("futimens") { futimens(file.number, times) }
  }

  func setMetadata(ofDirectory directory: FileDescriptor, _ entry: TarEntry) throws(GantryError) {
    try retryingOnInterrupt("fchown") { fchown(directory.number, entry.owner, entry.group) }
    try removeAttributes(of: directory, notIn: entry)
    try retryingOnInterrupt("fchmod") { fchmod(directory.number, entry.permissions) }
    try setAttributes(of: directory, entry)
  }

  func setOwnerAndTime(ofLink name: [CChar], _ entry: TarEntry, _ parent: LayerRoot.Parent) throws(GantryError) {
    try retryingOnInterrupt("fchownat") {
      fchownat(parent.descriptor.number, name, entry.owner, entry.group, AT_SYMLINK_NOFOLLOW)
    }
    let times = [entry.modified, entry.modified]
    try retryingOnInterrupt("utimensat") { utimensat(parent.descriptor.number, name, times, AT_SYMLINK_NOFOLLOW) }
  }

  func setOwnerAndTime(ofNode name: [CChar], _ entry: TarEntry, _ parent: LayerRoot.Parent) throws(GantryError) {
    try retryingOnInterrupt("fchownat") {
      fchownat(parent.descriptor.number, name, entry.owner, entry.group, AT_SYMLINK_NOFOLLOW)
    }
    // The node was just made here: its name cannot be a link.
    try retryingOnInterrupt("fchmodat") { fchmodat(parent.descriptor.number, name, entry.permissions, 0) }
    let times = [entry.modified, entry.modified]
    try retryingOnInterrupt("utimensat") { utimensat(parent.descriptor.number, name, times, AT_SYMLINK_NOFOLLOW) }
  }

  private static let me = (owner: geteuid(), group: getegid())

  /// What the layers below say of a directory, or a directory's default access list of what is made in it, is none of
  /// the entry's.
  private func removeAttributes(of file: FileDescriptor, notIn entry: TarEntry) throws(GantryError) {
    for name in try LayerAttribute.names(of: file) where !entry.attributes.contains(where: { $0.name == name }) {
      do throws(GantryError) {
        try retryingOnInterrupt("fremovexattr", name) { fremovexattr(file.number, name) }
      } catch {
        guard error.errno == ENODATA else { throw error }
      }
    }
  }

  private func setAttributes(of file: FileDescriptor, _ entry: TarEntry) throws(GantryError) {
    for (name, value) in entry.attributes where LayerAttribute.isKept(name) {
      do throws(GantryError) {
        try retryingOnInterrupt("fsetxattr", name) { fsetxattr(file.number, name, value, value.count, 0) }
      } catch {
        // A file system without such attributes loses them, as with every unpacker; a capability is never lost in silence.
        guard error.errno == EOPNOTSUPP, name != "security.capability" else { throw error }
      }
    }
  }
}
