import Errors

extension Endpoint {
  /// Where Docker Hub's registry answers.
  private static let dockerHubHost = "registry-1.docker.io"

  /// Where a host's repositories can be had: of Docker Hub the mirrors first.
  ///
  /// - Throws: `.invalidArgument` naming what is no address.
  static func all(_ settings: RegistrySettings, _ connections: Connections) async throws(GantryError) -> [Endpoint] {
    var endpoints: [Endpoint] = []
    if settings.isDockerHub {
      for text in settings.mirrors {
        let mirror: WebAddress
        do { mirror = try WebAddress(text) } catch { throw error.wrapped("registry-mirrors") }
        endpoints.append(Endpoint(addresses: [mirror], isMirror: true))
      }
    }
    let host = settings.isDockerHub ? dockerHubHost : settings.host
    let secure: WebAddress
    do { secure = try WebAddress("https://\(host)/") } catch {
      throw GantryError(.invalidArgument, "\"\(host)\" is not the host of a registry")
    }
    guard try await connections.isInsecure(secure) else {
      return endpoints + [Endpoint(addresses: [secure], isMirror: false)]
    }
    let plain = try WebAddress("http://\(host)/")
    return endpoints + [Endpoint(addresses: [secure, plain], isMirror: false)]
  }

  /// Tries the mirrors, then the registry itself.
  ///
  /// - Returns: the first success, and what went wrong before it.
  /// - Throws: what the registry itself meets with.
  static func firstOf<Value: Sendable>(
    _ endpoints: [Endpoint], _ body: (Endpoint) async throws(GantryError) -> Value
  ) async throws(GantryError) -> (value: Value, warnings: [String]) {
    var warnings: [String] = []
    for endpoint in endpoints {
      do throws(GantryError) {
        return (try await body(endpoint), warnings)
      } catch {
        if !endpoint.isMirror || error.code == .cancelled { throw error }
        // That a mirror does not have everything is no news.
        if error.code != .notFound { warnings.append("mirror \(endpoint.name) is passed over: \(error.message)") }
      }
    }
    throw GantryError(.internal, "no registry is configured")
  }
}
