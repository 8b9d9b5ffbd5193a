import Errors
import RuntimeSpec

/// What Docker makes of `--cap-add` and `--cap-drop`.
public enum Capabilities {
  /// What a container has when nobody says otherwise, in Docker's order.
  public static let docker = [
    "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FSETID", "CAP_FOWNER", "CAP_MKNOD", "CAP_NET_RAW", "CAP_SETGID", "CAP_SETUID",
    "CAP_SETFCAP", "CAP_SETPCAP", "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT", "CAP_KILL", "CAP_AUDIT_WRITE",
  ]

  /// The capabilities of a container.
  ///
  /// - Parameter held: what the engine itself holds; "ALL" gives these. Docker asks for every capability there
  ///   is, and fails where it lacks one.
  /// - Throws: `.invalidArgument` for a name that is none, `.failedPrecondition` for one the engine does not hold.
  static func granted(
    adding: [String], dropping: [String], privileged: Bool, held: [String]
  ) throws(GantryError) -> [String] {
    let added = try CapabilityName.normalized(adding, "CapAdd")
    let dropped = try CapabilityName.normalized(dropping, "CapDrop")
    if privileged { return held }
    if added.contains("ALL") { return held.filter { !dropped.contains($0) } }
    for name in added where !held.contains(name) {
      throw GantryError(
        .failedPrecondition,
        "capability \(name) cannot be given: the engine does not hold it itself; leave it out of --cap-add")
    }
    let kept = dropped.contains("ALL") ? [] : docker.filter { !dropped.contains($0) && held.contains($0) }
    return kept + added.filter { !kept.contains($0) }
  }
}
