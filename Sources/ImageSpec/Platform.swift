import Errors

/// What an image runs on: operating system, processor architecture and its variant, in Go's words.
public struct Platform: Sendable, Hashable {
  public var os: String
  public var architecture: String
  /// Such as "v7" of arm; "" where there is none.
  public var variant: String

  /// Takes the parts and brings them into the usual form (`x86_64` becomes `amd64`, `arm64/v8` becomes `arm64`).
  public init(os: String, architecture: String, variant: String = "") {
    self.os = os.lowercased()
    (self.architecture, self.variant) = Self.normalised(architecture.lowercased(), variant.lowercased())
  }

  /// What this program runs on.
  public static var current: Platform {
    #if arch(x86_64)
      Platform(os: "linux", architecture: "amd64")
    #elseif arch(arm64)
      Platform(os: "linux", architecture: "arm64")
    #elseif arch(powerpc64le)
      Platform(os: "linux", architecture: "ppc64le")
    #elseif arch(s390x)
      Platform(os: "linux", architecture: "s390x")
    #else
      Platform(os: "linux", architecture: "unknown")
    #endif
  }

  /// Reads `os`, `architecture`, `os/architecture` or `os/architecture/variant`; what is not said is this machine's.
  ///
  /// - Throws: `.invalidArgument` naming `text`.
  public init(parsing text: String) throws(GantryError) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard (1...3).contains(parts.count), parts.allSatisfy(Self.isWord) else {
      throw GantryError(
        .invalidArgument, "\"\(text)\" is not a platform; one looks like linux/amd64 or linux/arm/v7")
    }
    // A lone word is an operating system or an architecture: one must know which.
    guard parts.count > 1 || Self.isKnown(parts[0].lowercased()) else {
      throw GantryError(
        .invalidArgument,
        "\"\(text)\": unknown operating system or architecture: a platform looks like linux/amd64 or linux/arm/v7")
    }
    switch parts.count {
    case 1 where parts[0].lowercased() == "linux": self = .current
    case 1 where Self.otherSystems.contains(parts[0].lowercased()):
      self.init(os: parts[0].lowercased(), architecture: Self.current.architecture)
    case 1: self.init(os: Self.current.os, architecture: parts[0])
    case 2: self.init(os: parts[0], architecture: parts[1])
    default: self.init(os: parts[0], architecture: parts[1], variant: parts[2])
    }
  }

  /// How well an image for `other` runs here: 0 exactly, larger is worse, nil not at all.
  ///
  /// An arm runs the variants below its own (v7 runs v6), an amd64 with a variant runs plain amd64.
  public func distance(to other: Platform) -> Int? {
    guard os == other.os, architecture == other.architecture else { return nil }
    if variant == other.variant { return 0 }
    let (mine, theirs) = (Self.level(variant, of: architecture), Self.level(other.variant, of: architecture))
    guard let mine, let theirs, theirs <= mine else { return nil }
    return mine - theirs
  }

  /// What runs Linux, in Go's words and in those that `normalised` takes for them.
  private static let architectures: Set<String> = [
    "386", "aarch64", "amd64", "arm", "arm64", "armbe", "arm64be", "armel", "armhf", "i386", "i486", "i586", "i686",
    "loong64", "mips", "mips64", "mips64le", "mipsle", "ppc", "ppc64", "ppc64le", "riscv", "riscv64", "s390", "s390x",
    "sparc",
    "sparc64", "wasm", "x86-64", "x86_64",
  ]

  /// What else images are made for.
  private static let otherSystems: Set<String> = ["darwin", "freebsd", "windows"]

  private static func isKnown(_ word: String) -> Bool {
    word == "linux" || otherSystems.contains(word) || architectures.contains(word)
  }

  private static func isWord(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || (0x30...0x39).contains(byte)
          || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
      }
  }

  private static func level(_ variant: String, of architecture: String) -> Int? {
    if variant.isEmpty { return architecture == "arm" ? 7 : architecture == "arm64" ? 8 : 1 }
    return variant.hasPrefix("v") ? Int(variant.dropFirst()) : nil
  }

  private static func normalised(_ architecture: String, _ variant: String) -> (String, String) {
    switch (architecture, variant) {
    case ("x86_64", _), ("x86-64", _): ("amd64", variant == "v1" ? "" : variant)
    case ("amd64", "v1"): ("amd64", "")
    case ("aarch64", _), ("arm64", _): ("arm64", variant == "8" || variant == "v8" ? "" : variant)
    case ("i386", _), ("i486", _), ("i586", _), ("i686", _), ("386", _): ("386", "")
    case ("armhf", _): ("arm", "v7")
    case ("armel", _): ("arm", "v6")
    case ("arm", ""), ("arm", "7"): ("arm", "v7")
    case ("arm", "5"), ("arm", "6"), ("arm", "8"): ("arm", "v" + variant)
    default: (architecture, variant)
    }
  }
}

extension Platform: CustomStringConvertible {
  /// `os/architecture`, with the variant where there is one.
  public var description: String {
    variant.isEmpty ? "\(os)/\(architecture)" : "\(os)/\(architecture)/\(variant)"
  }
}
