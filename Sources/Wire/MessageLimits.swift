/// What one frame may hold.
public enum MessageLimits {
  /// The largest payload of a frame, envelope included: containerd's limit.
  public static let bytes = 4 << 20
  /// The most descriptors that travel with one frame; the kernel would take 253.
  public static let descriptors = 16
}
