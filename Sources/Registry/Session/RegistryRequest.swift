/// One request to a registry, before it is known who is asked, and as whom.
struct RegistryRequest: Sendable {
  enum Place: Sendable {
    /// Below the endpoint's own address, from `/v2/` on.
    case path(String, query: [(String, String)] = [])
    /// An address that the registry has given.
    case address(WebAddress)
  }

  var method = HTTPRequest.Method.get
  var place: Place
  /// What the answer to it needs to be allowed.
  var scopes: [TokenScope] = []
  var headers: [(String, String)] = []
  var body = HTTPRequest.Body.none
  var receiver: (any BodyReceiver)?
  var sent: (@Sendable (Int64) -> Void)?
  var bodyLimit = 4 << 20
  /// Whether it carries or brings a blob, which takes as long as it takes.
  var isBulk = false
}
