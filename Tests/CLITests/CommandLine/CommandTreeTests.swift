import CLI
import Testing

@Suite struct CommandTreeTests {
  private func failure(_ words: String) -> CommandFailure? {
    let split = words.split(separator: " ").map(String.init)
    return #expect(throws: CommandFailure.self) { try GantryCommands.tree.resolve(split) }
  }

  @Test(arguments: [
    (
      "run --foo x", 125,
      "unknown flag: --foo\n\nUsage:  gantry run [OPTIONS] IMAGE [COMMAND] [ARG...]\n\n"
        + "Run 'gantry run --help' for more information"
    ),
    (
      "--foo", 125,
      "unknown flag: --foo\n\nUsage:  gantry [OPTIONS] COMMAND [ARG...]\n\nRun 'gantry --help' for more information"
    ),
    ("nosuch", 1, "gantry: unknown command: gantry nosuch\n\nRun 'gantry --help' for more information"),
    (
      "container nosuch", 1,
      "gantry: unknown command: gantry container nosuch\n\nUsage:  gantry container\n\n"
        + "Run 'gantry container --help' for more information"
    ),
    (
      "run", 1,
      "gantry: 'gantry run' requires at least 1 argument\n\n"
        + "Usage:  gantry run [OPTIONS] IMAGE [COMMAND] [ARG...]\n\nSee 'gantry run --help' for more information"
    ),
    (
      "ps x", 1,
      "gantry: 'gantry ps' accepts no arguments\n\nUsage:  gantry ps [OPTIONS]\n\n"
        + "Run 'gantry ps --help' for more information"
    ),
    (
      "container rename a", 1,
      "gantry: 'gantry container rename' requires 2 arguments\n\nUsage:  gantry container rename CONTAINER NEW_NAME\n\n"
        + "Run 'gantry container rename --help' for more information"
    ),
    ("help nosuch", 1, "unknown help topic: nosuch"),
  ])
  func `a wrong command line gets Docker's sentence and exit code`(_ line: String, _ code: Int32, _ text: String) {
    let failure = failure(line)
    #expect(failure?.sentence == text)
    #expect(failure?.exitCode == code)
  }

  @Test(arguments: [
    ("images -q", "gantry images"), ("image ls -q", "gantry image ls"), ("image list -q", "gantry image ls"),
    ("container ps -a", "gantry container ls"), ("run x", "gantry run"), ("container run x", "gantry container run"),
    ("system info", "gantry system info"), ("rmi x", "gantry rmi"), ("image remove x", "gantry image rm"),
  ])
  func `commands go by both of their names`(_ line: String, _ path: String) throws {
    let (_, outcome) = try GantryCommands.tree.resolve(line.split(separator: " ").map(String.init))
    guard case .run(let invocation, _) = outcome else {
      Issue.record("\(line) does not run")
      return
    }
    #expect(invocation.path == path)
  }

  @Test func `global options come before the command`() throws {
    let (globals, _) = try GantryCommands.tree.resolve(["-H", "unix:///x", "-D", "ps"])
    #expect(globals.string("host") == "unix:///x")
    #expect(globals.flag("debug"))
  }

  @Test func `every command has a help page that names it`() throws {
    func visit(_ command: Command, _ path: [String]) throws {
      let (_, outcome) = try GantryCommands.tree.resolve(path + ["--help"])
      guard case .help(let text) = outcome else {
        Issue.record("\(path) has no help")
        return
      }
      #expect(text.hasPrefix("Usage:  gantry \(path.joined(separator: " "))"))
      #expect(!command.summary.isEmpty)
      for line in text.split(separator: "\n") where line.contains("  -") {
        #expect(line.count < 140, "\(path): \(line)")
      }
      for next in command.subcommands { try visit(next, path + [next.name]) }
    }
    for command in GantryCommands.tree.commands { try visit(command, [command.name]) }
  }
}
