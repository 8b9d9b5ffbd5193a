import Errors

/// What an entry's name says about layers below.
///
/// - SeeAlso: OCI image-spec, layer.md, "Whiteouts".
enum Whiteout: Equatable {
  /// `.wh.NAME`: what is called `NAME` here is gone. The name is closed by 0.
  case entry(name: [CChar])
  /// `.wh..wh..opq`: all that this directory has from below is gone.
  case opaqueDirectory
  /// What AUFS kept its own books in; old images carry it. It means nothing.
  case bookkeeping

  private static let prefix = Array(".wh.".utf8).map { CChar(bitPattern: $0) }

  /// What `name`, closed by 0, means; nil for an ordinary entry.
  ///
  /// - Throws: a reason where the name looks like a whiteout and is none.
  init?(name: [CChar]) throws(WhiteoutRefusal) {
    guard name.starts(with: Self.prefix) else { return nil }
    let rest = name.dropFirst(Self.prefix.count)
    switch EntryPath.text(rest.dropLast()) {
    case "": throw WhiteoutRefusal(reason: "the whiteout names nothing")
    case ".", "..": throw WhiteoutRefusal(reason: "the whiteout names no entry of its directory")
    case ".wh..opq": self = .opaqueDirectory
    case ".wh.aufs", ".wh.orph", ".wh.plnk": self = .bookkeeping
    case let text where text.hasPrefix(".wh."): throw WhiteoutRefusal(reason: "no such whiteout is known")
    default: self = .entry(name: Array(rest))
    }
  }

  /// Whether a directory on the way has a whiteout's name.
  static func isReserved(_ name: [CChar]) -> Bool { name.starts(with: prefix) }
}

/// Why a whiteout is out of place.
struct WhiteoutRefusal: Error {
  let reason: String
}
