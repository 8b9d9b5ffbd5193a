import Errors
import Glibc
import Messages

/// `gantry login` and `gantry logout`.
package enum LoginCommand {
  package static let login = Command(
    "login", "[OPTIONS] [SERVER]",
    "Log in to a registry.\nIf no server is specified, the default is defined by the daemon.", arguments: .atMost(1),
    options: {
      [
        .value("password", "p", "string", "Password"),
        .flag("password-stdin", "", "Take the password from stdin"),
        .value("username", "u", "string", "Username"),
      ]
    }
  ) { invocation, session in
    let server = RegistryName(invocation.arguments.first ?? "")
    let store = CredentialStore(session.surroundings)
    var username = invocation.string("username") ?? ""
    var password = invocation.string("password") ?? ""
    if invocation.isSet("password") {
      session.console.complain("WARNING! Using --password via the CLI is insecure. Use --password-stdin.")
      if invocation.flag("password-stdin") {
        throw CommandFailure.local("--password and --password-stdin are mutually exclusive")
      }
    }
    if invocation.flag("password-stdin") {
      if username.isEmpty { throw CommandFailure.local("Must provide --username with --password-stdin") }
      password = try readPassword(session)
    }
    if username.isEmpty, password.isEmpty, let known = store.usableCredentials(for: server.host, session.console) {
      try session.console.print("Authenticating with existing credentials...\n")
      do throws(CommandFailure) {
        let answer = try await check(known, server, session)
        return try keep(known, answer, server, store, session)
      } catch {
        session.console.complain("Login did not succeed, error: \(error.sentence ?? "")")
        username = known.username
      }
    }
    try LoginPrompt(session.console).complete(&username, &password, server)
    let credentials = GantryRegistryV1.Credentials(username: username, password: password)
    let answer = try await check(credentials, server, session)
    return try keep(credentials, answer, server, store, session)
  }

  package static let logout = Command(
    "logout", "[SERVER]", "Log out from a registry.\nIf no server is specified, the default is defined by the daemon.",
    arguments: .atMost(1)
  ) { invocation, session in
    let server = RegistryName(invocation.arguments.first ?? "")
    let store = CredentialStore(session.surroundings)
    try session.console.print("Removing login credentials for \(server.key)\n")
    guard try store.isKnown(server) else { return 0 }
    do {
      try store.erase(server)
    } catch {
      session.console.complain(
        "WARNING: could not erase credentials:\n\(server.key): \(CommandFailure(error).sentence ?? "")")
    }
    return 0
  }

  private static func readPassword(_ session: Session) throws -> String {
    let bytes = try session.console.input.readAll(limit: 1 << 20)
    // By bytes: "\r\n" is one character.
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
    return String(
      decoding: bytes.trimmingPrefix(while: isSpace).reversed().drop(while: isSpace).reversed(), as: UTF8.self)
  }

  private static func check(
    _ credentials: GantryRegistryV1.Credentials, _ server: RegistryName, _ session: Session
  ) async throws(CommandFailure) -> GantryEngineV1.LoginToRegistryResponse {
    try await session.registries { try await $0.login(.init(host: server.host, credentials: credentials)) }
  }

  private static func keep(
    _ credentials: GantryRegistryV1.Credentials, _ answer: GantryEngineV1.LoginToRegistryResponse,
    _ server: RegistryName, _ store: CredentialStore, _ session: Session
  ) throws(CommandFailure) -> Int32 {
    var kept = credentials
    if !answer.identityToken.isEmpty {
      kept.password = ""
      kept.identityToken = answer.identityToken
    }
    if let path = try store.save(kept, for: server), !kept.password.isEmpty {
      session.console.complain(
        """
        WARNING! Your password will be stored unencrypted in \(path).
        Configure a credential helper to remove this warning. See
        https://docs.docker.com/engine/reference/commandline/login/#credentials-store

        """)
    }
    try session.console.print((answer.status.isEmpty ? "Login Succeeded" : answer.status) + "\n")
    return 0
  }
}
