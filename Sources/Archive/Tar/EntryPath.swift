import Errors
import Glibc

/// Where an archive's entry goes, seen from the root: components without `.`, `..` and empty ones, joined by `/`.
///
/// Names are bytes, not text: a layer made elsewhere need not be UTF-8. Valid by construction.
public struct EntryPath: Sendable, Hashable {
  /// The bytes, closed by 0; `.` is the root itself.
  let cString: [CChar]

  static let root = EntryPath(cString: [dot, 0])

  private static let slash = CChar(bitPattern: UInt8(ascii: "/"))
  private static let dot = CChar(bitPattern: UInt8(ascii: "."))

  private init(cString: [CChar]) { self.cString = cString }

  /// Why a name cannot be an entry's.
  enum Refusal: String, Error {
    case empty = "it has no name"
    case absolute = "an absolute path leads out of the image"
    case parent = "\"..\" leads out of the image"
    case long = "a path is at most 4095 bytes long, and a name 255"
  }

  /// Takes a name from an archive.
  ///
  /// - Parameter mayBeAbsolute: whether an absolute one begins at the image's root, and is not refused.
  init(_ name: UnsafeBufferPointer<CChar>, mayBeAbsolute: Bool = false) throws(Refusal) {
    guard let first = name.first else { throw .empty }
    guard first != Self.slash || mayBeAbsolute else { throw .absolute }
    var bytes: [CChar] = []
    bytes.reserveCapacity(name.count + 1)
    for component in name.split(separator: Self.slash) {
      if component.elementsEqual(CollectionOfOne(Self.dot)) { continue }
      guard !component.elementsEqual([Self.dot, Self.dot]) else { throw .parent }
      guard component.count <= 255 else { throw .long }
      if !bytes.isEmpty { bytes.append(Self.slash) }
      bytes += component
    }
    guard bytes.count < Int(PATH_MAX) else { throw .long }
    if bytes.isEmpty { bytes.append(Self.dot) }
    bytes.append(0)
    cString = bytes
  }

  /// Takes a name from an archive.
  init(text: String) throws(Refusal) {
    let bytes = text.utf8.map { CChar(bitPattern: $0) }
    let result = bytes.withUnsafeBufferPointer { buffer in
      Result { () throws(Refusal) in try EntryPath(buffer) }
    }
    self = try result.get()
  }

  var isRoot: Bool { cString == Self.root.cString }

  /// The last component, closed by 0.
  var name: [CChar] {
    guard let slash = cString.lastIndex(of: Self.slash) else { return cString }
    return Array(cString[(slash + 1)...])
  }

  /// The directory it is in; the root for a single component.
  var parent: EntryPath {
    guard let slash = cString.lastIndex(of: Self.slash) else { return .root }
    return EntryPath(cString: cString[..<slash] + [0])
  }

  /// This path, one component deeper; `name` is closed by 0.
  func appending(_ name: [CChar]) -> EntryPath {
    isRoot ? EntryPath(cString: name) : EntryPath(cString: cString.dropLast() + [Self.slash] + name)
  }

  /// All directories on the way here, the outermost first, without the root.
  var ancestors: [EntryPath] {
    cString.indices.filter { cString[$0] == Self.slash }.map { EntryPath(cString: cString[..<$0] + [0]) }
  }

  /// The names on the way here, the last one's own included.
  var components: [ArraySlice<CChar>] { isRoot ? [] : cString.dropLast().split(separator: Self.slash) }

  /// How many `..` a symbolic link in the directory of this path may begin with.
  var depth: Int { isRoot ? 0 : cString.count { $0 == Self.slash } }
}

extension EntryPath: CustomStringConvertible {
  /// For a person: control characters and what is not UTF-8 show as question marks.
  public var description: String { Self.text(cString.dropLast()) }

  static func text(_ bytes: some Sequence<CChar>) -> String {
    let text = String(decoding: bytes.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? "?" : $0 }))
  }
}
