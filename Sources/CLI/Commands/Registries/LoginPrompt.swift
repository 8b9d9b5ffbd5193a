import Errors
import Glibc
import Linux

/// Asks the person at the terminal for name and password.
struct LoginPrompt {
  private let console: Console

  init(_ console: Console) { self.console = console }

  /// Fills in what is still empty; a name that is there already is offered as the default.
  ///
  /// - Throws: `CommandFailure.local` in Docker's words where there is no terminal or no answer.
  func complete(_ username: inout String, _ password: inout String, _ server: RegistryName) throws(CommandFailure) {
    guard username.isEmpty || password.isEmpty else { return }
    guard console.inputIsTerminal else {
      throw .local("Error: Cannot perform an interactive login from a non TTY device")
    }
    if username.isEmpty || !password.isEmpty {
      if server.isHub {
        try console.print(
          """
          Login with your Docker ID to push and pull images from Docker Hub. If you don't have a Docker ID, head over to \
          https://hub.docker.com to create one.

          """)
      }
      username = try ask("Username: ").trimmed
      guard !username.isEmpty else { throw .local("Error: Non-null Username Required") }
    }
    guard password.isEmpty else { return }
    password = try askHidden("Password: ")
    try console.print("\n")
    guard !password.isEmpty else { throw .local("Error: Password Required") }
  }

  private func ask(_ question: String) throws(CommandFailure) -> String {
    try console.print(question)
    return try readLine()
  }

  private func askHidden(_ question: String) throws(CommandFailure) -> String {
    let mode: TerminalMode
    do { mode = try TerminalMode(silent: console.input) } catch { throw CommandFailure(error) }
    defer { mode.restore() }
    let answer = try ask(question)
    guard let last = answer.utf8.last, last == TerminalMode.interrupt || last == TerminalMode.quit else {
      return answer
    }
    mode.restore()
    try console.print("\n")
    throw .silent(exitCode: 1)
  }

  private func readLine() throws(CommandFailure) -> String {
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    while true {
      let count: Int
      do throws(GantryError) {
        count = try retryingOnInterrupt("read", "standard input") { read(console.input.number, &byte, 1) }
      } catch {
        throw CommandFailure(error)
      }
      if count == 0 || byte == UInt8(ascii: "\n") { break }
      bytes.append(byte)
      if byte == TerminalMode.interrupt || byte == TerminalMode.quit { break }
    }
    if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension String {
  fileprivate var trimmed: String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
