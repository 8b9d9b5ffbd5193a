/// One command of the tree: a leaf that does something, or a group of further commands.
public struct Command: Sendable {
  /// What a leaf runs; its answer is the exit code.
  package typealias Handler = @Sendable (Invocation, Session) async throws -> Int32

  /// A heading that `gantry --help` puts commands under.
  package enum Section: Sendable { case common, management, plain }

  package let name: String
  /// Further names in the same group, such as `list` for `ls`.
  package var otherNames: [String]
  package let summary: String
  /// What follows the command's path in its usage line.
  package let usage: String
  /// Whole spellings for the "Aliases" paragraph, without the program's name.
  package var spellings: [String]
  package let arguments: ArgumentCount
  /// Whether the first argument ends the options, as the image's name does for `run`.
  package let stopsAtArgument: Bool
  package var section: Section
  package let subcommands: [Command]
  package let handler: Handler?
  private let makeOptions: @Sendable () -> [Option]

  /// The options, made when they are asked for: of the whole tree one command's are needed.
  package var options: [Option] { makeOptions() }

  /// A leaf.
  package init(
    _ name: String, otherNames: [String] = [], _ usage: String, _ summary: String, spellings: [String] = [],
    arguments: ArgumentCount, stopsAtArgument: Bool = false, section: Section = .plain,
    options: @escaping @Sendable () -> [Option] = { [] }, run handler: @escaping Handler
  ) {
    self.name = name
    self.otherNames = otherNames
    self.summary = summary
    self.usage = usage
    self.spellings = spellings
    self.arguments = arguments
    self.stopsAtArgument = stopsAtArgument
    self.section = section
    self.subcommands = []
    self.handler = handler
    self.makeOptions = options
  }

  /// A group.
  package init(_ name: String, _ summary: String, section: Section = .management, _ subcommands: [Command]) {
    self.name = name
    self.otherNames = []
    self.summary = summary
    self.usage = "COMMAND"
    self.spellings = []
    self.arguments = .any
    self.stopsAtArgument = true
    self.section = section
    self.subcommands = subcommands
    self.handler = nil
    self.makeOptions = { [] }
  }

  /// The subcommand that goes by `name`.
  package func subcommand(_ name: String) -> Command? {
    subcommands.first { $0.name == name || $0.otherNames.contains(name) }
  }

  /// The same command under another name, as `images` is `image ls`.
  package func named(_ name: String, section: Section = .plain) -> Command {
    Command(
      name, usage, summary, spellings: spellings, arguments: arguments, stopsAtArgument: stopsAtArgument,
      section: section, options: makeOptions, run: handler ?? { _, _ in 0 })
  }
}
