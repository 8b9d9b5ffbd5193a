import Digests
import Errors

/// The name of an image: `[host[:port]/]path[:tag][@digest]`, host and path always complete.
///
/// - SeeAlso: <https://github.com/distribution/reference>, whose grammar and words these are.
public struct Reference: Sendable, Hashable {
  /// Such as `docker.io` or `localhost:5000`.
  public let domain: String
  /// Such as `library/busybox`.
  public let path: String
  public var tag: String?
  public var digest: Digest?

  static let defaultDomain = "docker.io"
  static let officialPath = "library/"
  static let maximumNameLength = 255

  /// Reads what a person writes: `busybox` is `docker.io/library/busybox`. No tag is made up; see `tagged`.
  ///
  /// - Throws: `.invalidArgument` in Docker's words.
  public init(parsing text: String) throws(GantryError) {
    guard !text.isEmpty, text.utf8.allSatisfy({ $0 < 0x80 }) else { throw Self.invalidFormat }
    if Self.isIdentifier(text) {
      throw GantryError(
        .invalidArgument, "invalid repository name (\(text)), cannot specify 64-byte hexadecimal strings")
    }
    var rest = Substring(text)
    var digest: Digest?
    if let at = rest.firstIndex(of: "@") {
      digest = try Self.digest(rest[rest.index(after: at)...])
      rest = rest[..<at]
    }
    var (domain, remainder) = Self.splitDomain(rest)
    var tag: Substring?
    if let colon = remainder.lastIndex(of: ":"), !remainder[colon...].contains("/") {
      tag = remainder[remainder.index(after: colon)...]
      remainder = remainder[..<colon]
    }
    if domain == Self.defaultDomain, !remainder.contains("/") { remainder = Substring(Self.officialPath + remainder) }
    if remainder.lowercased() != remainder, ReferenceGrammar.isPath(Substring(remainder.lowercased())) {
      throw GantryError(
        .invalidArgument, "invalid reference format: repository name (\(remainder)) must be lowercase")
    }
    guard ReferenceGrammar.isDomain(domain), ReferenceGrammar.isPath(remainder),
      tag.map(ReferenceGrammar.isTag) ?? true
    else { throw Self.invalidFormat }
    guard domain.utf8.count + 1 + remainder.utf8.count <= Self.maximumNameLength else {
      throw GantryError(
        .invalidArgument,
        "invalid reference format: repository name must not be more than \(Self.maximumNameLength) characters")
    }
    self.domain = String(domain)
    path = String(remainder)
    self.tag = tag.map(String.init)
    self.digest = digest
  }

  /// Whether such a name alone would be the id of an image.
  public static func isIdentifier(_ text: some StringProtocol) -> Bool {
    text.utf8.count == 64 && text.utf8.allSatisfy { ReferenceGrammar.isHex($0) } && text.lowercased() == text
  }

  private static let invalidFormat = GantryError(.invalidArgument, "invalid reference format")

  private static func digest(_ text: Substring) throws(GantryError) -> Digest {
    do { return try Digest(parsing: text) } catch {
      guard let colon = text.firstIndex(of: ":"), text[colon...].utf8.count > 32 else { throw invalidFormat }
      throw error.wrapped("invalid reference format")
    }
  }

  /// The domain that a name means, whatever is wrong with the rest of it.
  public static func domain(of text: String) -> String { String(splitDomain(Substring(text)).domain) }

  /// What comes before the first slash is a host only if it looks like one. `a_b.c` does, but no host can be called
  /// that: Docker takes it for the beginning of a path.
  private static func splitDomain(_ text: Substring) -> (domain: Substring, remainder: Substring) {
    guard let slash = text.firstIndex(of: "/") else { return (Substring(defaultDomain), text) }
    let first = text[..<slash]
    guard first.contains(where: { $0 == "." || $0 == ":" }) || first == "localhost" || first.lowercased() != first
    else { return (Substring(defaultDomain), text) }
    guard ReferenceGrammar.isDomain(first) || !ReferenceGrammar.isPath(first) else {
      return (Substring(defaultDomain), text)
    }
    let remainder = text[text.index(after: slash)...]
    return (first == "index.docker.io" ? Substring(defaultDomain) : first, remainder)
  }
}

extension Reference {
  /// Domain and path: `docker.io/library/busybox`.
  public var name: String { "\(domain)/\(path)" }

  /// The name as people write it: `busybox`.
  public var familiarName: String {
    guard domain == Self.defaultDomain else { return name }
    let rest = path.dropFirst(Self.officialPath.count)
    let isOfficial = path.hasPrefix(Self.officialPath) && !rest.contains("/") && !Self.isIdentifier(rest)
    let short = isOfficial ? rest : path[...]
    // A path that begins like a host would be read as one.
    return Self.splitDomain(short) == (Substring(Self.defaultDomain), short) ? String(short) : name
  }

  /// The whole reference as people write it: `busybox:latest`.
  public var familiar: String { familiarName + suffix }

  /// The same with the tag `latest` where it has neither tag nor digest.
  public var tagged: Reference {
    guard tag == nil, digest == nil else { return self }
    var reference = self
    reference.tag = "latest"
    return reference
  }

  private var suffix: String { (tag.map { ":\($0)" } ?? "") + (digest.map { "@\($0)" } ?? "") }
}

extension Reference: CustomStringConvertible {
  /// The canonical form: `docker.io/library/busybox:latest`.
  public var description: String { name + suffix }
}
