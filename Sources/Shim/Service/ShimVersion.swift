/// What this shim calls itself.
public enum ShimVersion {
  public static let current = "0.1.0"
}
