/// What every program and plugin of Gantry says it is: the one place with the number.
public enum ProductVersion {
  public static let number = "0.1.0"
  /// The commit this program was built from, abbreviated; "unknown" where the build had no Git repository.
  public static let commit = BuildStamp.current.commit
  /// When it was built, as "Fri May 30 12:07:14 2025"; "" where the build did not say.
  public static let buildDate = BuildStamp.current.date
  /// When it was built, as "2025-05-30T12:07:14.000000000+00:00"; "" where the build did not say.
  public static let buildTimestamp = BuildStamp.current.timestamp

  /// The compiler's version.
  public static let swift: String = {
    #if swift(>=6.4)
      "6.4"
    #elseif swift(>=6.3)
      "6.3"
    #elseif swift(>=6.2)
      "6.2"
    #else
      "6"
    #endif
  }()
}
