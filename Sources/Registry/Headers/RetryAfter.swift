/// The `Retry-After` field (RFC 9110, section 10.2.3): seconds, or a date.
package enum RetryAfter {
  /// How many seconds to wait; nil where the field is neither.
  ///
  /// - Parameter now: seconds since 1970, by the clock of this machine.
  package static func seconds(_ field: String, now: Int64) -> Int64? {
    let text = field.drop { $0 == " " }
    if !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) { return Int64(text) ?? .max }
    return HTTPDate.seconds(String(text)).map { max(0, $0 - now) }
  }
}
