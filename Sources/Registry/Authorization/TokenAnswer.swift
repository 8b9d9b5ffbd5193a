import Errors
import JSON

/// What a token server answers.
///
/// - SeeAlso: <https://distribution.github.io/distribution/spec/auth/token/>
package struct TokenAnswer: Sendable {
  package let token: String
  /// How long it is good, from now on.
  package let lifetime: Duration
  /// To ask for further tokens with in place of the password; nil where the server gives none.
  package let refreshToken: String?

  private static let defaultSeconds: Int64 = 60
  private static let maximumSeconds: Int64 = 86_400
  private static let maximumLength = 64 << 10

  /// - Throws: `.unauthenticated` naming `server` and what is wrong with its answer.
  package init(parsing body: [UInt8], server: String) throws(GantryError) {
    guard let document = try? JSONValue(parsing: body), document.object != nil else {
      throw GantryError(.unauthenticated, "\(server) answers with no token: it is no JSON object")
    }
    let given = [document["token"]?.string, document["access_token"]?.string].compactMap { $0 }
    guard let token = given.first(where: { !$0.isEmpty }) else {
      throw GantryError(.unauthenticated, "\(server) answers with no token")
    }
    guard Self.isHeaderText(token) else {
      throw GantryError(.unauthenticated, "\(server) answers with a token that cannot be sent")
    }
    self.token = token
    let seconds = document["expires_in"]?.integer ?? Self.defaultSeconds
    // Less than a minute is a mistake of old servers, as the specification says.
    lifetime = .seconds(min(max(seconds, Self.defaultSeconds), Self.maximumSeconds))
    refreshToken = document["refresh_token"]?.string.flatMap { $0.isEmpty || !Self.isHeaderText($0) ? nil : $0 }
  }

  private static func isHeaderText(_ text: String) -> Bool {
    text.utf8.count <= maximumLength && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
  }
}
