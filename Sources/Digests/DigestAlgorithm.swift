/// A hash function that content may be addressed by, named as OCI names it.
///
/// - SeeAlso: OCI image-spec, descriptor.md, "Registered algorithms".
public enum DigestAlgorithm: String, Sendable, CaseIterable {
  case sha256
  case sha512

  /// How many hexadecimal digits its value has.
  public var hexCount: Int {
    switch self {
    case .sha256: 64
    case .sha512: 128
    }
  }
}
