/// Extended attributes as layers carry them.
enum LayerAttribute {
  /// Whether an attribute belongs to an image: file capabilities, a user's own, access lists. All others belong to
  /// the machine the layer was made on (`security.selinux`), or would steer overlayfs (`trusted.overlay.…`).
  static func isKept(_ name: String) -> Bool {
    name == "security.capability" || name == "system.posix_acl_access" || name == "system.posix_acl_default"
      || (name.hasPrefix("user.") && !name.hasPrefix("user.overlay."))
  }
}
