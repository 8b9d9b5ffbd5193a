import Errors

/// Why a request did not succeed, and whether it is worth another try.
struct RequestFailure: Error {
  enum Retry: Sendable {
    case never
    /// After a while that grows.
    case backOff
    /// Not before this long.
    case after(Duration)
  }

  let error: GantryError
  let retry: Retry

  init(_ error: GantryError, retry: Retry = .never) {
    self.error = error
    self.retry = retry
  }

  /// - Parameter address: what was asked for.
  init(_ failure: TransferFailure, _ method: HTTPRequest.Method, _ address: WebAddress) {
    let words = "\(method.verb) \"\(address.withoutQuery)\": \(failure.reason)"
    switch failure.kind {
    case .refused(let error): self.init(error)
    case .cancelled: self.init(GantryError(.cancelled, "\(words)"))
    case .certificate(isUnknownAuthority: false): self.init(GantryError(.unavailable, words))
    case .certificate:
      let remedy =
        "if it is a private one put its authority into /etc/gantry/certs.d/\(address.authority)/ca.crt, or into certs.d beside daemon.json, or list the registry in insecure-registries"
      self.init(GantryError(.unavailable, "\(words); \(remedy)"))
    case .identity:
      let remedy =
        "the registry asks for a client's certificate: put one that it takes, and its key, into certs.d/\(address.authority) as client.cert and client.key"
      self.init(GantryError(.unavailable, "\(words); \(remedy)"))
    case .noTLS: self.init(GantryError(.unavailable, words))
    case .proxy(let mayPass):
      self.init(GantryError(.unavailable, "\(words); \(Self.whereProxiesAre)"), retry: mayPass ? .backOff : .never)
    case .unknownHost: self.init(GantryError(.unavailable, words), retry: .backOff)
    case .unreachable:
      self.init(GantryError(.unavailable, "\(words); is a server running there?"), retry: .backOff)
    case .broken, .stalled: self.init(GantryError(.unavailable, words), retry: .backOff)
    }
  }

  private static let whereProxiesAre =
    "see proxies in daemon.json, and HTTP_PROXY, HTTPS_PROXY and NO_PROXY of gantryd's environment"

  /// - Parameter response: an answer that is no success.
  init(_ response: HTTPResponse, _ method: HTTPRequest.Method, _ address: WebAddress, now: Int64) {
    guard response.status != 407 else {
      let words = "the proxy answers with status 407 (Proxy Authentication Required)"
      self.init(
        GantryError(.unavailable, "\(method.verb) \"\(address.withoutQuery)\": \(words); \(Self.whereProxiesAre)"))
      return
    }
    let said = RegistryErrorDocument.words(of: response.body)
    let code = Self.code(response.status)
    let redirection = response.redirectedTo.map { ", redirected to \($0)" } ?? ""
    let place = "\(method.verb) \"\(address.withoutQuery)\"\(redirection)"
    let words: String
    if let said {
      // What is wrong with a server, and not with what was asked of it, is to be told with the server.
      words = response.status >= 500 ? "\(place): \(said)" : said
    } else {
      words = Self.usualWords(response.status) ?? "\(place): the answer is status \(Self.title(response.status))"
    }
    let wait = response.headers["retry-after"].flatMap { RetryAfter.seconds($0, now: now) }
    switch wait {
    case _ where code != .unavailable: self.init(GantryError(code, words))
    case nil: self.init(GantryError(code, words), retry: .backOff)
    case let seconds? where seconds <= Self.longestWaitInSeconds:
      self.init(GantryError(code, words), retry: .after(.seconds(seconds)))
    case let seconds?:
      self.init(GantryError(code, "\(words); \(address.authority) wants to be asked again in \(seconds) seconds"))
    }
  }

  /// What registries say with these, where one says nothing.
  private static func usualWords(_ status: Int) -> String? {
    switch status {
    case 401: "unauthorized: authentication required"
    case 403: "denied: requested access to the resource is denied"
    default: nil
    }
  }

  /// The number, and the words that HTTP has for it.
  ///
  /// - SeeAlso: RFC 9110, 15.
  private static func title(_ status: Int) -> String {
    let words =
      switch status {
      case 400: "Bad Request"
      case 404: "Not Found"
      case 405: "Method Not Allowed"
      case 408: "Request Timeout"
      case 413: "Request Entity Too Large"
      case 416: "Range Not Satisfiable"
      case 429: "Too Many Requests"
      case 500: "Internal Server Error"
      case 501: "Not Implemented"
      case 502: "Bad Gateway"
      case 503: "Service Unavailable"
      case 504: "Gateway Timeout"
      default: ""
      }
    return words.isEmpty ? "\(status)" : "\(status) \(words)"
  }

  private static func code(_ status: Int) -> ErrorCode {
    switch status {
    case 400: .invalidArgument
    case 401: .unauthenticated
    case 403: .permissionDenied
    case 404: .notFound
    case 405, 501: .unimplemented
    case 413: .resourceExhausted
    case 408, 425, 429, 500, 502...599: .unavailable
    default: .unknown
    }
  }

  /// A server that wants more patience than this is not waited for.
  static let longestWaitInSeconds: Int64 = 300
}

extension HTTPRequest.Method {
  /// As Docker writes it in its messages: `Get "https://..."`.
  var verb: String { rawValue.prefix(1) + rawValue.dropFirst().lowercased() }
}
