import CLinux
import Errors
import Glibc
import Linux

/// Extended attributes as layers carry them.
enum LayerAttribute {
  /// Whether an attribute belongs to an image: file capabilities, a user's own, access lists. All others belong to
  /// the machine the layer was made on (`security.selinux`), or would steer overlayfs (`trusted.overlay.…`).
  static func isKept(_ name: String) -> Bool {
    name == "security.capability" || name == "system.posix_acl_access" || name == "system.posix_acl_default"
      || (name.hasPrefix("user.") && !name.hasPrefix("user.overlay."))
  }

  /// The names of those that a file has, as far as they belong to an image.
  ///
  /// - Parameter file: open for reading or writing.
  /// - Throws: `GantryError` from flistxattr(2).
  static func names(of file: FileDescriptor) throws(GantryError) -> [String] {
    // Most files have none, and need no room for it.
    guard flistxattr(file.number, nil, 0) != 0 else { return [] }
    var names = [CChar](repeating: 0, count: 64 << 10)
    let count = flistxattr(file.number, &names, names.count)
    guard count >= 0 else {
      if gantry_errno() == EOPNOTSUPP { return [] }
      throw .system("flistxattr")
    }
    return names[..<count].split(separator: 0)
      .map { String(decoding: $0.map { UInt8(bitPattern: $0) }, as: UTF8.self) }
      .filter(isKept)
  }
}
