/// The `Link` field, by which a list says where it goes on (RFC 8288).
package enum LinkHeader {
  /// The target of the first link whose relation is `next`; nil where the list ends here.
  package static func next(in fields: [String]) -> String? {
    for field in fields {
      var scanner = FieldScanner(field)
      while !scanner.isAtEnd {
        scanner.skipBlanks()
        guard scanner.take("<") else {
          scanner.skip()
          continue
        }
        let target = scanner.run { $0 != UInt8(ascii: ">") } ?? ""
        guard scanner.take(">") else { return nil }
        if relations(&scanner).contains("next"), !target.isEmpty { return target }
      }
    }
    return nil
  }

  /// The relations of the link whose parameters come next.
  private static func relations(_ scanner: inout FieldScanner) -> [String] {
    var relations: [String] = []
    while true {
      scanner.skipBlanks()
      guard scanner.take(";") else { return relations }
      scanner.skipBlanks()
      guard let name = scanner.token() else { continue }
      scanner.skipBlanks()
      guard scanner.take("=") else { continue }
      scanner.skipBlanks()
      let value = scanner.quoted() ?? scanner.token() ?? ""
      if name.lowercased() == "rel" { relations += value.lowercased().split(separator: " ").map(String.init) }
    }
  }
}
