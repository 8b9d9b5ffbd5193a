import Errors
import JSON

/// One instruction: its name in lower case, and what follows it.
struct Instruction: Sendable {
  let name: String
  let text: String

  /// The instructions of a text; comments and empty lines left out, continued lines joined.
  static func all(in text: String) -> [Instruction] {
    var instructions: [Instruction] = []
    var pending = ""
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let trimmed = line.trimmed
      if trimmed.isEmpty || trimmed.hasPrefix("#") { continue }
      if trimmed.hasSuffix("\\") {
        pending += trimmed.dropLast()
        continue
      }
      instructions.append(Instruction(line: pending + trimmed))
      pending = ""
    }
    if !pending.isEmpty { instructions.append(Instruction(line: pending)) }
    return instructions
  }

  private init(line: String) {
    let word = line.prefix { !$0.isWhitespace }
    name = word.lowercased()
    text = line.dropFirst(word.count).trimmed
  }

  /// The name of the flag that stands before everything else; nil where there is none.
  var flag: Substring? {
    let word = text.prefix { !$0.isWhitespace }
    guard word.hasPrefix("--"), word.count > 2 else { return nil }
    return word.dropFirst(2).prefix { $0 != "=" }
  }

  /// "CMD" as messages have it.
  var title: String { name.uppercased() }

  /// The JSON form's list; nil where it is the shell form.
  ///
  /// - Throws: `.invalidArgument` for a list with anything else than strings in it.
  func list() throws(GantryError) -> [String]? {
    guard text.hasPrefix("["), let value = try? JSONValue(parsing: text), let elements = value.array else { return nil }
    let strings = elements.compactMap(\.string)
    guard strings.count == elements.count else {
      throw GantryError(.invalidArgument, "when using JSON array syntax, arrays must be comprised of strings only")
    }
    return strings
  }

  /// - Parameter count: how many arguments messages say it takes.
  /// - Throws: `.invalidArgument` where nothing follows the name.
  func requireText(_ count: String = "at least one") throws(GantryError) {
    guard !text.isEmpty else { throw lacking(count) }
  }

  /// Says that what follows the name holds too few arguments.
  func lacking(_ count: String) -> GantryError {
    GantryError(.invalidArgument, "\(title) requires \(count) argument")
  }
}

extension StringProtocol {
  /// Without white space round it.
  var trimmed: String {
    var text = Substring(self)
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
