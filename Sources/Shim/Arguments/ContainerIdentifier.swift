import Errors

/// What containerd allows as the id of a container, a process or a namespace.
public enum ContainerIdentifier {
  private static let longest = 76

  /// Letters and digits, in runs joined by single `.`, `_` or `-`; at most 76 characters. It becomes part of paths.
  ///
  /// - Throws: `.invalidArgument` naming the identifier.
  public static func check(_ id: String, what: String) throws(GantryError) {
    guard !id.isEmpty else { throw GantryError(.invalidArgument, "\(what) is empty") }
    guard id.utf8.count <= longest else {
      throw GantryError(.invalidArgument, "\(what) \"\(id)\" is longer than \(longest) characters")
    }
    var joinsBefore = true
    for byte in id.utf8 {
      let joins = byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
      guard joins ? !joinsBefore : isLetterOrDigit(byte) else { throw malformed(id, what) }
      joinsBefore = joins
    }
    if joinsBefore { throw malformed(id, what) }
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"):
      true
    default: false
    }
  }

  private static func malformed(_ id: String, _ what: String) -> GantryError {
    GantryError(
      .invalidArgument, "\(what) \"\(id)\" is not letters and digits, joined by single '.', '_' or '-'")
  }
}
