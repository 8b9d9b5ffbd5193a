/// Where the engine listens.
package struct EngineAddress: Sendable, Equatable, CustomStringConvertible {
  /// Path of its unix socket.
  package let path: String

  /// Where an engine listens that nobody configured.
  package static let standard = EngineAddress(path: "/run/gantry/gantry.sock")

  private init(path: String) { self.path = path }

  /// Reads the value of `--host` or `GANTRY_HOST`: "unix:///path" or a path.
  ///
  /// - Throws: `CommandFailure.local` for what is neither.
  package init(_ text: String) throws(CommandFailure) {
    let path = text.hasPrefix("unix://") ? String(text.dropFirst(7)) : text
    guard path.hasPrefix("/") else {
      throw .local("unable to use \(GoSyntax.quoted(text)) as the engine's address: give unix:///PATH or /PATH")
    }
    // sun_path holds 108 bytes with its end.
    guard path.utf8.count < 108 else {
      throw .local("the engine's address \(text) is too long: a socket's path has at most 107 bytes")
    }
    self.path = path
  }

  package var description: String { "unix://\(path)" }
}
