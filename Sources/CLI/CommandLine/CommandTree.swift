import Errors

/// The whole command line: the program's own options and every command.
package struct CommandTree: Sendable {
  /// What a command line comes to.
  package enum Outcome: Sendable {
    case run(Invocation, Command.Handler)
    /// Text for standard output.
    case help(String)
    case version
  }

  package let program: String
  package let summary: String
  package let options: [Option]
  package let commands: [Command]

  package init(program: String, summary: String, options: [Option], commands: [Command]) {
    self.program = program
    self.summary = summary
    self.options = options
    self.commands = commands
  }

  /// Understands a command line.
  ///
  /// - Parameters:
  ///   - words: without the program's name.
  ///   - width: columns that help texts may take.
  /// - Returns: the program's own options, and what to do.
  /// - Throws: `CommandFailure.usage`.
  package func resolve(_ words: [String], width: Int = 80) throws(CommandFailure) -> (Invocation, Outcome) {
    var parser = OptionParser(options: options, stopsAtArgument: true)
    do {
      try parser.parse(words[...])
    } catch {
      let usage = "Usage:  \(program) [OPTIONS] COMMAND [ARG...]"
      throw .usage("\(error.message)\n\n\(usage)\n\nRun '\(program) --help' for more information", exitCode: 125)
    }
    let globals = Invocation(path: program, arguments: [], values: parser.values, declared: options)
    if globals.flag("version") { return (globals, .version) }
    if parser.wantsHelp || parser.arguments.isEmpty {
      return (globals, .help(HelpPage(tree: self, width: width).text))
    }
    return (globals, try resolve(command: parser.arguments[...], width: width))
  }

  private func resolve(command words: ArraySlice<String>, width: Int) throws(CommandFailure) -> Outcome {
    if words.first == "help" { return .help(try help(for: words.dropFirst(), width: width)) }
    guard let name = words.first, let top = commands.first(where: { $0.name == name }) else {
      throw .usage(
        "\(program): unknown command: \(program) \(words.first ?? "")\n\nRun '\(program) --help' for more information",
        exitCode: 1)
    }
    return try resolve(top, path: "\(program) \(name)", words: words.dropFirst(), width: width)
  }

  private func resolve(
    _ command: Command, path: String, words: ArraySlice<String>, width: Int
  ) throws(CommandFailure) -> Outcome {
    let options = command.options
    var parser = OptionParser(options: options, stopsAtArgument: command.stopsAtArgument)
    let usage = HelpPage.usageLine(command, path: path)
    do {
      try parser.parse(words)
    } catch {
      throw .usage("\(error.message)\n\n\(usage)\n\nRun '\(path) --help' for more information", exitCode: 125)
    }
    if parser.wantsHelp { return .help(HelpPage(command: command, path: path, program: program, width: width).text) }
    guard let handler = command.handler else {
      guard let name = parser.arguments.first else {
        return .help(HelpPage(command: command, path: path, program: program, width: width).text)
      }
      guard let next = command.subcommand(name) else {
        throw .usage(
          "\(program): unknown command: \(path) \(name)\n\nUsage:  \(path)\n\nRun '\(path) --help' for more information",
          exitCode: 1)
      }
      return try resolve(next, path: "\(path) \(next.name)", words: parser.arguments.dropFirst(), width: width)
    }
    if let complaint = command.arguments.complaint(about: parser.arguments.count) {
      // Docker says "See" here and "Run" everywhere else.
      let verb = if case .atLeast = command.arguments { "See" } else { "Run" }
      throw .usage(
        "\(program): '\(path)' \(complaint)\n\n\(usage)\n\n\(verb) '\(path) --help' for more information",
        exitCode: 1)
    }
    let invocation = Invocation(path: path, arguments: parser.arguments, values: parser.values, declared: options)
    return .run(invocation, handler)
  }

  private func help(for words: ArraySlice<String>, width: Int) throws(CommandFailure) -> String {
    var path = program
    var level = commands
    var found: Command?
    for word in words {
      guard let next = level.first(where: { $0.name == word || $0.otherNames.contains(word) }) else {
        throw .usage("unknown help topic: \(words.joined(separator: " "))", exitCode: 1)
      }
      path += " \(next.name)"
      level = next.subcommands
      found = next
    }
    guard let found else { return HelpPage(tree: self, width: width).text }
    return HelpPage(command: found, path: path, program: program, width: width).text
  }
}
