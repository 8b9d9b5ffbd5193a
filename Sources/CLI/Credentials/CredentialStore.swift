import Errors
import Glibc
import JSON
import Linux
import Messages

/// Credentials for registries where Docker's own client keeps them: `config.json` below `DOCKER_CONFIG` or `~/.docker`, or the
/// helpers that it names. What either writes the other reads.
package struct CredentialStore: Sendable {
  private let surroundings: Surroundings

  package init(_ surroundings: Surroundings) { self.surroundings = surroundings }

  /// The user name that helpers give for a token.
  private static let tokenUser = "<token>"
  private static let limit = 16 << 20

  private var directory: String {
    if let directory = surroundings.environment("DOCKER_CONFIG"), !directory.isEmpty { return directory }
    return (surroundings.environment("HOME").flatMap { $0.isEmpty ? nil : $0 } ?? "/root") + "/.docker"
  }

  /// The file, for messages.
  package var path: String { "\(directory)/config.json" }

  private func load() throws(CommandFailure) -> JSONObject {
    do throws(GantryError) {
      guard let bytes = try AtomicFile.read(path, limit: Self.limit), !bytes.isEmpty else { return JSONObject() }
      guard let object = try JSONValue(parsing: bytes).object else {
        throw GantryError(.invalidArgument, "it is no JSON object")
      }
      return object
    } catch {
      throw .local("\(path) cannot be read: \(error.message); correct or remove it")
    }
  }

  private func helper(for server: RegistryName, in configuration: JSONObject) -> CredentialHelper? {
    let own = configuration["credHelpers"]?.object?.members.first { server.matches($0.key) }?.value.string
    guard let name = own ?? configuration["credsStore"]?.string, !name.isEmpty else { return nil }
    return CredentialHelper(name, environment: surroundings.environment)
  }

  /// The credentials for a registry; nil where there are none.
  ///
  /// - Parameter host: as references write it.
  package func credentials(for host: String) throws(CommandFailure) -> GantryRegistryV1.Credentials? {
    let server = RegistryName(host)
    let configuration = try load()
    if let helper = helper(for: server, in: configuration) {
      guard let found = try helper.get(server.key) else { return nil }
      return found.username == Self.tokenUser
        ? .init(identityToken: found.secret) : .init(username: found.username, password: found.secret)
    }
    guard let entry = entry(for: server, in: configuration) else { return nil }
    return try Self.credentials(entry.value, server, path)
  }

  /// The credentials for a registry, as far as they can be had: what keeps them away is told, and the registry asked
  /// without, as by Docker's client.
  package func usableCredentials(for host: String, _ console: Console) -> GantryRegistryV1.Credentials? {
    do throws(CommandFailure) {
      return try credentials(for: host)
    } catch {
      console.complain("WARNING: \(error.sentence ?? "")")
      return nil
    }
  }

  private func entry(for server: RegistryName, in configuration: JSONObject) -> (key: String, value: JSONValue)? {
    let entries = configuration["auths"]?.object?.members ?? []
    return entries.first { $0.key == server.key } ?? entries.first { server.matches($0.key) }
  }

  private static func credentials(
    _ entry: JSONValue, _ server: RegistryName, _ path: String
  ) throws(CommandFailure) -> GantryRegistryV1.Credentials? {
    var result = GantryRegistryV1.Credentials(
      username: entry["username"]?.string ?? "", password: entry["password"]?.string ?? "",
      identityToken: entry["identitytoken"]?.string ?? "", registryToken: entry["registrytoken"]?.string ?? "")
    if let text = entry["auth"]?.string, !text.isEmpty {
      guard let bytes = Base64.decode(text), let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else {
        throw .local("\(path): the entry of \(server.key) cannot be read; log in again with 'gantry login'")
      }
      result.username = String(decoding: bytes[..<colon], as: UTF8.self)
      var password = Array(bytes[(colon + 1)...])
      // Docker's client takes zeros away at the end.
      while password.last == 0 { password.removeLast() }
      result.password = String(decoding: password, as: UTF8.self)
    }
    let isEmpty =
      result.username.isEmpty && result.password.isEmpty && result.identityToken.isEmpty && result.registryToken.isEmpty
    return isEmpty ? nil : result
  }

  /// Keeps credentials.
  ///
  /// - Returns: the file that the password stands in as it is; nil where a helper has it.
  package func save(
    _ credentials: GantryRegistryV1.Credentials, for server: RegistryName
  ) throws(CommandFailure) -> String? {
    var configuration = try load()
    var auths = configuration["auths"]?.object ?? JSONObject()
    let helper = helper(for: server, in: configuration)
    if let helper {
      let isToken = !credentials.identityToken.isEmpty
      try helper.store(
        server.key, username: isToken ? Self.tokenUser : credentials.username,
        secret: isToken ? credentials.identityToken : credentials.password)
      // Docker's client notes the server, so that `logout` knows of it.
      auths[server.key] = .object(JSONObject())
    } else {
      let pair = "\(credentials.username):\(credentials.password)"
      var entry = JSONObject([("auth", .string(Base64.encode(pair.utf8)))])
      if !credentials.identityToken.isEmpty { entry["identitytoken"] = .string(credentials.identityToken) }
      auths[server.key] = .object(entry)
    }
    configuration["auths"] = .object(auths)
    try write(configuration)
    return helper == nil ? path : nil
  }

  /// Whether there is anything to log out from.
  package func isKnown(_ server: RegistryName) throws(CommandFailure) -> Bool {
    let configuration = try load()
    if entry(for: server, in: configuration) != nil { return true }
    guard let helper = helper(for: server, in: configuration) else { return false }
    do throws(CommandFailure) {
      return try helper.get(server.key) != nil
    } catch {
      // One that cannot be asked is told to forget all the same, and says what is wrong then.
      return true
    }
  }

  /// Forgets credentials.
  package func erase(_ server: RegistryName) throws(CommandFailure) {
    var configuration = try load()
    try helper(for: server, in: configuration)?.erase(server.key)
    guard let auths = configuration["auths"]?.object else { return }
    configuration["auths"] = .object(
      JSONObject(auths.members.filter { !server.matches($0.key) }.map { ($0.key, $0.value) }))
    try write(configuration)
  }

  private func write(_ configuration: JSONObject) throws(CommandFailure) {
    do throws(GantryError) {
      try Directory.create(directory, mode: 0o700)
      // A link that a person has made there stays one.
      var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
      let target = realpath(path, &buffer).map { String(cString: $0) } ?? path
      try AtomicFile.write(
        JSONValue.object(configuration).serialized(indentation: "\t"), to: target, mode: 0o600, durable: true)
    } catch {
      throw .local("\(path) cannot be written: \(error.message)")
    }
  }
}
