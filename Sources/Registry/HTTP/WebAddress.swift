import CCurl
import Errors
import Glibc
import SharedLibraries

/// An `http` or `https` address, taken apart by libcurl's own parser.
///
/// The parser is libcurl's so that who an address belongs to, which decides whether credentials go there, is never
/// read differently from where the connection is made.
package struct WebAddress: Sendable, Hashable {
  /// `http` or `https`.
  package let scheme: String
  /// Lower case; IPv6 addresses in brackets.
  package let host: String
  package let port: Int
  /// From the slash on, as it is sent.
  package let path: String
  /// Without the question mark; nil where there is none.
  package let query: String?
  /// What the address itself says one is to be allowed by; nothing shows it.
  let userInfo: UserInfo?

  /// - Throws: `.invalidArgument` naming the address; one with a name or password in it is refused.
  package init(_ text: String) throws(GantryError) {
    try self.init(text, relativeTo: nil)
  }

  /// The address that `text`, absolute or not, means in a document of this address.
  ///
  /// Where a server leads, a name and a password are taken too.
  ///
  /// - Throws: `.invalidArgument` naming the address.
  package func resolving(_ text: String) throws(GantryError) -> WebAddress {
    try WebAddress(text, relativeTo: self)
  }

  private static let library = Result { () throws(GantryError) in try SharedLibrary.curl.load() }

  private init(_ text: String, relativeTo base: WebAddress?) throws(GantryError) {
    try Self.library.get()
    // Shown without what may be secret: the name and password before an @, and the query.
    let shown = (text.split(separator: "?", maxSplits: 1).first ?? "").prefix(200)
    let refusal =
      text.contains("@")
      ? GantryError(.invalidArgument, "an address with a name or password in it is not an address that can be asked")
      : GantryError(.invalidArgument, "\"\(shown)\" is not an address that can be asked: it must be http or https")
    guard text.utf8.count <= Self.maximumLength, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
      let parser = curl_url()
    else { throw refusal }
    defer { curl_url_cleanup(parser) }
    if let base {
      guard curl_url_set(parser, CURLUPART_URL, base.description, 0) == CURLUE_OK,
        base.userInfo.map({ Self.put($0, into: parser) }) ?? true
      else { throw refusal }
    }
    guard curl_url_set(parser, CURLUPART_URL, text, base == nil ? UInt32(CURLU_DISALLOW_USER) : 0) == CURLUE_OK,
      let scheme = Self.part(CURLUPART_SCHEME, of: parser)?.lowercased(), scheme == "http" || scheme == "https",
      let host = Self.part(CURLUPART_HOST, of: parser), !host.isEmpty,
      let port = Self.part(CURLUPART_PORT, of: parser, flags: CURLU_DEFAULT_PORT).flatMap({ Int($0) }),
      (1...65535).contains(port)
    else { throw refusal }
    self.scheme = scheme
    self.host = host.lowercased()
    self.port = port
    path = Self.part(CURLUPART_PATH, of: parser) ?? "/"
    query = Self.part(CURLUPART_QUERY, of: parser)
    guard let name = Self.part(CURLUPART_USER, of: parser) else {
      userInfo = nil
      return
    }
    let password = Self.part(CURLUPART_PASSWORD, of: parser)
    // What does not decode has a control character in it.
    guard let plainName = Self.part(CURLUPART_USER, of: parser, flags: CURLU_URLDECODE),
      let plainPassword = password == nil ? "" : Self.part(CURLUPART_PASSWORD, of: parser, flags: CURLU_URLDECODE)
    else { throw refusal }
    userInfo = UserInfo(name: name, password: password, decoded: (plainName, plainPassword))
  }

  private static func put(_ userInfo: UserInfo, into parser: OpaquePointer) -> Bool {
    curl_url_set(parser, CURLUPART_USER, userInfo.name, 0) == CURLUE_OK
      && curl_url_set(parser, CURLUPART_PASSWORD, userInfo.password, 0) == CURLUE_OK
  }

  private init(scheme: String, host: String, port: Int, path: String, query: String?, userInfo: UserInfo?) {
    self.scheme = scheme
    self.host = host
    self.port = port
    self.path = path
    self.query = query
    self.userInfo = userInfo
  }

  private static let maximumLength = 16 << 10

  private static func part(_ part: CURLUPart, of parser: OpaquePointer, flags: Int32 = 0) -> String? {
    var text: UnsafeMutablePointer<CChar>?
    guard curl_url_get(parser, part, &text, UInt32(flags)) == CURLUE_OK, let text else { return nil }
    defer { curl_free(text) }
    return String(cString: text)
  }
}

extension WebAddress {
  package var isSecure: Bool { scheme == "https" }

  /// Scheme, host and port: what credentials belong to.
  package var origin: String { "\(scheme)://\(authority)" }

  /// Host, and the port where it is not the scheme's own.
  package var authority: String { port == (isSecure ? 443 : 80) ? host : "\(host):\(port)" }

  /// The host without the brackets of an IPv6 address.
  package var bareHost: String { host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host }

  /// The same with another path below this one's. `suffix` must be made of characters that need no escaping.
  package func appending(path suffix: String) -> WebAddress {
    let base = path.hasSuffix("/") ? String(path.dropLast()) : path
    return WebAddress(scheme: scheme, host: host, port: port, path: base + suffix, query: nil, userInfo: userInfo)
  }

  /// The same server with another address's path and query.
  package func replacing(pathAndQueryOf other: WebAddress) -> WebAddress {
    WebAddress(scheme: scheme, host: host, port: port, path: other.path, query: other.query, userInfo: userInfo)
  }

  /// The same with pairs added to its query, names and values escaped.
  package func adding(query pairs: [(String, String)]) -> WebAddress {
    guard !pairs.isEmpty else { return self }
    let added = pairs.map { "\($0)=\(Self.escaped($1))" }.joined(separator: "&")
    let whole = query.map { $0.isEmpty ? added : "\($0)&\(added)" } ?? added
    return WebAddress(scheme: scheme, host: host, port: port, path: path, query: whole, userInfo: userInfo)
  }

  /// Text as it may stand in a query: all but unreserved characters as percent and two digits.
  package static func escaped(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        bytes.append(byte)
      default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension WebAddress: CustomStringConvertible {
  package var description: String { origin + path + (query.map { "?\($0)" } ?? "") }

  /// Without the query, which may hold a signature that is as good as a password.
  package var withoutQuery: String { origin + path }
}
