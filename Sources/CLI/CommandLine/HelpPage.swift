/// A help text in Docker's layout.
package struct HelpPage {
  package let text: String

  /// The page of one command.
  package init(command: Command, path: String, program: String, width: Int) {
    var paragraphs = [Self.usageLine(command, path: path), command.summary]
    if !command.spellings.isEmpty {
      paragraphs.append("Aliases:\n  " + command.spellings.map { "\(program) \($0)" }.joined(separator: ", "))
    }
    let options = command.options.filter { !$0.isHidden }
    if !options.isEmpty {
      paragraphs.append("Options:\n" + OptionTable(options: options, width: width).text)
    }
    if !command.subcommands.isEmpty {
      paragraphs.append(Self.list("Commands", command.subcommands))
      paragraphs.append("Run '\(path) COMMAND --help' for more information on a command.")
    }
    text = paragraphs.joined(separator: "\n\n") + "\n"
  }

  /// The program's own page.
  package init(tree: CommandTree, width: Int) {
    func section(_ section: Command.Section) -> [Command] { tree.commands.filter { $0.section == section } }
    text =
      [
        "Usage:  \(tree.program) [OPTIONS] COMMAND", tree.summary,
        Self.list("Common Commands", section(.common)), Self.list("Management Commands", section(.management)),
        Self.list("Commands", section(.plain)),
        "Global Options:\n" + OptionTable(options: tree.options.filter { !$0.isHidden }, width: width).text,
        "Run '\(tree.program) COMMAND --help' for more information on a command.",
      ].joined(separator: "\n\n") + "\n"
  }

  /// "Usage:  gantry ps [OPTIONS]".
  package static func usageLine(_ command: Command, path: String) -> String {
    command.usage.isEmpty ? "Usage:  \(path)" : "Usage:  \(path) \(command.usage)"
  }

  private static func list(_ title: String, _ commands: [Command]) -> String {
    let width = max(11, commands.map(\.name.count).max() ?? 0)
    return commands.reduce(into: "\(title):") { text, command in
      text += "\n  " + command.name + String(repeating: " ", count: width - command.name.count + 1)
      // A summary of several lines is for the command's own page; a listing has one line for each command.
      text += command.summary.prefix { !$0.isNewline }
    }
  }
}
