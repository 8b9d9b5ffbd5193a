/// Annotations of a specification that Gantry itself reads.
public enum Annotations {
  /// The user as it was written ("", "name", "uid", "name:group", "uid:gid"); looked up inside the container by
  /// the launcher, in place of the numbers in `process.user`.
  public static let user = "gantry.user"

  /// Additional groups, names or numbers, separated by commas; looked up inside the container.
  public static let groups = "gantry.groups"
}
