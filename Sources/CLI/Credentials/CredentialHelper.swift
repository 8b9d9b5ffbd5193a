import CLinux
import Errors
import Glibc
import JSON
import Linux

/// A program `docker-credential-NAME` that keeps credentials, in a key ring for example.
///
/// - SeeAlso: <https://github.com/docker/docker-credential-helpers>
struct CredentialHelper: Sendable {
  private let program: String
  private let environment: EnvironmentLookup

  private static let deadline: Duration = .seconds(60)
  private static let limit = 1 << 20

  init(_ name: String, environment: @escaping EnvironmentLookup) {
    program = "docker-credential-\(name)"
    self.environment = environment
  }

  /// - Returns: nil where it has none for the server.
  func get(_ server: String) throws(CommandFailure) -> (username: String, secret: String)? {
    let (output, status) = try run("get", input: server)
    guard status == 0 else {
      let words = Self.words(output)
      // The helpers' protocol tells this by these words alone.
      if words.contains("credentials not found") { return nil }
      throw .local("error getting credentials - err: exit status \(status), out: `\(words)`")
    }
    guard let json = try? JSONValue(parsing: output) else {
      throw .local("\(program) answered something that is no JSON; see whether it works by itself")
    }
    let (username, secret) = (json["Username"]?.string ?? "", json["Secret"]?.string ?? "")
    return username.isEmpty && secret.isEmpty ? nil : (username, secret)
  }

  func store(_ server: String, username: String, secret: String) throws(CommandFailure) {
    let document: JSONValue = [
      "ServerURL": .string(server), "Username": .string(username), "Secret": .string(secret),
    ]
    let (output, status) = try run("store", input: document.text())
    guard status == 0 else {
      throw .local("error storing credentials - err: exit status \(status), out: `\(Self.words(output))`")
    }
  }

  func erase(_ server: String) throws(CommandFailure) {
    let (output, status) = try run("erase", input: server)
    guard status == 0 || Self.words(output).contains("credentials not found") else {
      throw .local("error erasing credentials - err: exit status \(status), out: `\(Self.words(output))`")
    }
  }

  private static func words(_ output: [UInt8]) -> String {
    String(decoding: output, as: UTF8.self).split(separator: "\n").joined(separator: " ")
  }

  private func run(_ action: String, input: String) throws(CommandFailure) -> (output: [UInt8], status: Int32) {
    guard let path = find() else {
      throw .local(
        "error getting credentials - err: exec: \"\(program)\": executable file not found in $PATH: install it, or take "
          + "credsStore and credHelpers out of config.json")
    }
    do throws(GantryError) {
      return try HelperProcess(path, action).run(input: Array(input.utf8), deadline: Self.deadline, limit: Self.limit)
    } catch {
      throw .local("\(program) \(action): \(error.message)")
    }
  }

  private func find() -> String? {
    (environment("PATH") ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":").map { "\($0)/\(program)" }
      .first { access($0, X_OK) == 0 }
  }
}
