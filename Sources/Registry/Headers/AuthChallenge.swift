/// One way to prove who asks, as a server offers it with status 401.
///
/// - SeeAlso: RFC 9110, section 11.3.
package struct AuthChallenge: Sendable, Equatable {
  /// Lower case: `basic`, `bearer`.
  package let scheme: String
  /// By name in lower case.
  package let parameters: [String: String]

  package init(scheme: String, parameters: [String: String] = [:]) {
    self.scheme = scheme
    self.parameters = parameters
  }

  /// More challenges than this in one answer are passed over.
  private static let maximumCount = 32

  /// Every challenge of the `WWW-Authenticate` fields of an answer, in order. What cannot be read is passed over.
  package static func parse(_ fields: [String]) -> [AuthChallenge] {
    Array(fields.flatMap { parse($0) }.prefix(maximumCount))
  }

  private static func parse(_ field: String) -> [AuthChallenge] {
    var scanner = FieldScanner(field)
    var challenges: [AuthChallenge] = []
    var scheme: String?
    var parameters: [String: String] = [:]
    func finish() {
      if let scheme { challenges.append(AuthChallenge(scheme: scheme, parameters: parameters)) }
      parameters = [:]
    }
    while !scanner.isAtEnd {
      scanner.skipBlanks()
      if scanner.take(",") { continue }
      guard let word = scanner.token() else {
        scanner.skip()
        continue
      }
      // A word that "=" follows is a parameter's name, any other one begins a challenge.
      var ahead = scanner
      ahead.skipBlanks()
      if scheme != nil, ahead.take("="), let value = Self.value(&ahead) {
        scanner = ahead
        if parameters[word.lowercased()] == nil { parameters[word.lowercased()] = value }
      } else {
        finish()
        scheme = word.lowercased()
        Self.skipToken68(&scanner)
      }
    }
    finish()
    return challenges
  }

  private static func value(_ scanner: inout FieldScanner) -> String? {
    scanner.skipBlanks()
    if let quoted = scanner.quoted() { return quoted }
    // Not only tokens: some servers leave addresses without quotation marks.
    return scanner.run { $0 > 0x20 && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "\"") && $0 < 0x7F }
  }

  /// Credentials such as `Negotiate YII=`: base64 in place of parameters.
  private static func skipToken68(_ scanner: inout FieldScanner) {
    var ahead = scanner
    ahead.skipBlanks()
    guard
      ahead.run({ $0 > 0x20 && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "=") }) != nil
    else { return }
    _ = ahead.run { $0 == UInt8(ascii: "=") }
    ahead.skipBlanks()
    if ahead.isAtEnd || ahead.next == UInt8(ascii: ",") { scanner = ahead }
  }
}
