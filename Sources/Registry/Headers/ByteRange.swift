/// Ranges of bytes as header fields write them.
package enum ByteRange {
  /// Reads `Content-Range: bytes 10-99/100` (RFC 9110, section 14.4): where it starts, where it ends, and the size of
  /// the whole, which may be kept back (`*`). nil where it is anything else.
  package static func contentRange(_ field: String) -> (range: Range<Int64>, total: Int64?)? {
    var scanner = FieldScanner(field)
    scanner.skipBlanks()
    guard scanner.token()?.lowercased() == "bytes" else { return nil }
    scanner.skipBlanks()
    guard let first = number(&scanner), scanner.take("-"), let last = number(&scanner), first <= last,
      last < .max, scanner.take("/")
    else { return nil }
    if scanner.take("*") { return scanner.isAtEnd ? (first..<last + 1, nil) : nil }
    guard let total = number(&scanner), scanner.isAtEnd, last < total else { return nil }
    return (first..<last + 1, total)
  }

  /// Reads the `Range` field by which a registry says how much of an upload it has: `0-99`, or `bytes=0-99`.
  ///
  /// - Returns: how many bytes it has; nil where the field is anything else. `0-0` is none, as the registries that say so
  ///   mean it; of a byte that was sent the whole is sent again.
  package static func uploaded(_ field: String) -> Int64? {
    var scanner = FieldScanner(field)
    scanner.skipBlanks()
    var ahead = scanner
    if ahead.token()?.lowercased() == "bytes", ahead.take("=") { scanner = ahead }
    guard number(&scanner) == 0, scanner.take("-"), let last = number(&scanner), last < .max, scanner.isAtEnd else {
      return nil
    }
    return last == 0 ? 0 : last + 1
  }

  private static func number(_ scanner: inout FieldScanner) -> Int64? {
    scanner.run { (0x30...0x39).contains($0) }.flatMap { Int64($0) }
  }
}
