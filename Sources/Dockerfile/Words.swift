import Errors

/// The words of an instruction, as a shell would see them: quotes, backslashes, and variables of the image.
struct Words {
  private let environment: [String: String]

  init(_ environment: [String]) {
    var values: [String: String] = [:]
    for variable in environment {
      let parts = variable.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      values[String(parts[0])] = parts.count == 2 ? String(parts[1]) : ""
    }
    self.environment = values
  }

  /// Words between blanks, quotes kept.
  func split(_ text: String) -> [String] {
    var words: [String] = []
    var word = ""
    var quote: Character?
    var rest = text[...]
    while let character = rest.popFirst() {
      if character == "\\", quote != "'", let next = rest.popFirst() {
        word += [character, next]
      } else if let open = quote {
        word.append(character)
        if character == open { quote = nil }
      } else if character.isWhitespace {
        if !word.isEmpty { words.append(word) }
        word = ""
      } else {
        if character == "\"" || character == "'" { quote = character }
        word.append(character)
      }
    }
    if !word.isEmpty { words.append(word) }
    return words
  }

  /// A word without its quotes, its variables replaced.
  ///
  /// - Throws: `.invalidArgument` for a variable or a quotation that does not end.
  func expand(_ word: String) throws(GantryError) -> String {
    var result = ""
    var quote: Character?
    var rest = word[...]
    while let character = rest.popFirst() {
      switch character {
      case "'" where quote != "\"", "\"" where quote != "'":
        quote = quote == nil ? character : nil
      case "\\" where quote != "'":
        guard let next = rest.popFirst() else { continue }
        // Between double quotes a backslash means something before these alone.
        if quote == "\"", !"\"$\\".contains(next) { result.append(character) }
        result.append(next)
      case "$" where quote != "'": result += try variable(&rest)
      default: result.append(character)
      }
    }
    guard let quote else { return result }
    let escaped = word.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined()
    let kind = quote == "'" ? "single" : "double"
    throw GantryError(
      .invalidArgument,
      "failed to process \"\(escaped)\": unexpected end of statement while looking for matching \(kind)-quote")
  }

  private func variable(_ rest: inout Substring) throws(GantryError) -> String {
    if rest.first == "{" {
      guard let end = rest.firstIndex(of: "}") else {
        throw GantryError(
          .invalidArgument, "failed to process \"$\(rest)\": a variable that begins with ${ ends with }")
      }
      let body = rest[rest.index(after: rest.startIndex)..<end]
      rest = rest[rest.index(after: end)...]
      return value(ofBraced: body)
    }
    let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    guard !name.isEmpty else { return "$" }
    rest = rest.dropFirst(name.count)
    return environment[String(name)] ?? ""
  }

  /// "name", "name:-default" or "name:+other".
  private func value(ofBraced body: Substring) -> String {
    let name = String(body.prefix { $0 != ":" })
    let value = environment[name] ?? ""
    let modifier = body.dropFirst(name.count)
    if modifier.hasPrefix(":-") { return value.isEmpty ? String(modifier.dropFirst(2)) : value }
    if modifier.hasPrefix(":+") { return value.isEmpty ? "" : String(modifier.dropFirst(2)) }
    return value
  }
}
