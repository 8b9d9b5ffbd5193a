/// A proxy's address as it may be shown.
package enum ProxyText {
  /// With a name and a password in it as Docker shows them: `http://xxxxx:xxxxx@host:port`.
  package static func masked(_ address: String) -> String {
    guard let end = address.lastIndex(of: "@") else { return address }
    let start = address.firstRange(of: "://").map(\.upperBound) ?? address.startIndex
    guard start <= end else { return address }
    return "\(address[..<start])xxxxx:xxxxx\(address[end...])"
  }
}
