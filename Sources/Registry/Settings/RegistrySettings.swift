import Messages

/// What a person has set, as `Configure` tells it.
struct RegistrySettings: Sendable {
  /// As references write it.
  let host: String
  let credentials: Credentials
  let mirrors: [String]
  let insecureHosts: InsecureHosts
  let certificateDirectories: [String]
  let httpProxy: String
  let httpsProxy: String
  let proxyExceptions: ProxyExceptions
  let userAgent: String
  let retries: Int

  static let dockerHub = "docker.io"
  private static let defaultRetries = 5
  private static let maximumRetries = 100

  init(_ request: GantryRegistryV1.ConfigureRequest) {
    host = request.host.isEmpty ? Self.dockerHub : request.host.lowercased()
    credentials = Credentials(request.credentials)
    mirrors = request.mirrors
    insecureHosts = InsecureHosts(request.insecureRegistries)
    certificateDirectories = request.certificateDirectories
    httpProxy = request.httpProxy
    httpsProxy = request.httpsProxy
    proxyExceptions = ProxyExceptions(request.noProxy)
    userAgent = request.userAgent.isEmpty ? "gantry" : request.userAgent
    retries = request.retries == 0 ? Self.defaultRetries : min(Int(request.retries), Self.maximumRetries)
  }

  var isDockerHub: Bool { host == Self.dockerHub }

  /// The proxy for an address; nil connects directly. One without a scheme is an http proxy, as in Go.
  func proxy(for address: WebAddress) -> String? {
    let proxy = address.isSecure ? httpsProxy : httpProxy
    guard !proxy.isEmpty, !proxyExceptions.contains(host: address.bareHost, port: address.port) else { return nil }
    return proxy.contains("://") ? proxy : "http://\(proxy)"
  }
}
