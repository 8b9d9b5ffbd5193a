import Errors

/// The name of content by its hash, such as `sha256:2c26b4…`; valid by construction.
///
/// - SeeAlso: OCI image-spec, descriptor.md, "Digests".
public struct Digest: Sendable, Hashable {
  public let algorithm: DigestAlgorithm
  /// Lower-case hexadecimal digits, exactly as many as the algorithm has. Safe as a file name.
  public let hex: String

  package init(algorithm: DigestAlgorithm, uncheckedHex: String) {
    self.algorithm = algorithm
    hex = uncheckedHex
  }

  /// Takes an algorithm and its value.
  ///
  /// - Throws: `.invalidArgument` where `hex` is not as long as the algorithm wants, or not lower-case hexadecimal.
  public init(_ algorithm: DigestAlgorithm, hex: some StringProtocol) throws(GantryError) {
    guard hex.utf8.count == algorithm.hexCount else {
      throw GantryError(
        .invalidArgument,
        "\"\(algorithm.rawValue):\(hex.prefix(140))\" is not a digest: \(algorithm.rawValue) has \(algorithm.hexCount) digits"
      )
    }
    guard hex.utf8.allSatisfy(Self.isHexDigit) else {
      throw GantryError(
        .invalidArgument,
        "\"\(algorithm.rawValue):\(hex)\" is not a digest: its digits are 0 to 9 and a to f")
    }
    self.init(algorithm: algorithm, uncheckedHex: String(hex))
  }

  /// Reads `algorithm:hex`.
  ///
  /// - Throws: `.invalidArgument` naming `text` and what is wrong with it.
  public init(parsing text: some StringProtocol) throws(GantryError) {
    guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else {
      throw GantryError(
        .invalidArgument, "\"\(text.prefix(140))\" is not a digest; one looks like \"sha256:\" and 64 digits")
    }
    guard let algorithm = DigestAlgorithm(rawValue: String(text[..<colon])) else {
      throw GantryError(
        .invalidArgument, "\"\(text.prefix(140))\" is not a digest of a known kind; known are sha256 and sha512")
    }
    try self.init(algorithm, hex: text[text.utf8.index(after: colon)...])
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
  }
}

extension Digest: CustomStringConvertible {
  /// As it is written everywhere: `sha256:<hex>`.
  public var description: String { "\(algorithm.rawValue):\(hex)" }

  /// The first twelve digits, as people see them.
  public var short: String { String(hex.prefix(12)) }
}
