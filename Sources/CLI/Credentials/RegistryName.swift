/// A registry as people name it at `login`, and the key it has in Docker's config.json.
package struct RegistryName: Sendable, Equatable {
  /// As references write it.
  package static let hub = "docker.io"
  /// Docker's own name for its registry, which no other tool uses.
  private static let hubKey = "https://index.docker.io/v1/"

  /// As references write it: "docker.io", "localhost:5000".
  package let host: String

  /// - Parameter text: a host, an address, or "" for Docker Hub.
  package init(_ text: String) {
    let host = Self.host(of: text)
    self.host = host.isEmpty || Self.hubNames.contains(host) ? Self.hub : host
  }

  private static let hubNames: Set<String> = ["docker.io", "index.docker.io", "registry-1.docker.io"]

  package var isHub: Bool { host == Self.hub }

  /// The key in `auths` and the server that helpers are asked for.
  package var key: String { isHub ? Self.hubKey : host }

  /// The host of a key, which may be an address with scheme and path.
  package static func host(of key: String) -> String {
    var text = key[...]
    for scheme in ["http://", "https://"] where text.hasPrefix(scheme) { text = text.dropFirst(scheme.count) }
    return String(text.prefix { $0 != "/" })
  }

  /// Whether credentials under `key` are this registry's.
  package func matches(_ key: String) -> Bool { self == RegistryName(key) }
}
