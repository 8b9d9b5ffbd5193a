import Errors

/// Splits words into options and arguments, by the rules of Go's pflag, which Docker's users have in their fingers.
package struct OptionParser {
  private let options: [Option]
  private let stopsAtArgument: Bool
  private(set) package var values: [String: [String]] = [:]
  private(set) package var arguments: [String] = []
  private(set) package var wantsHelp = false

  package init(options: [Option], stopsAtArgument: Bool) {
    self.options = options
    self.stopsAtArgument = stopsAtArgument
  }

  /// Reads all of `words`.
  ///
  /// - Throws: `.invalidArgument` with pflag's sentence.
  package mutating func parse(_ words: ArraySlice<String>) throws(GantryError) {
    var rest = words
    while let word = rest.popFirst() {
      if word == "--" {
        arguments += rest
        return
      } else if word.hasPrefix("--") {
        try long(word, &rest)
      } else if word.hasPrefix("-"), word.count > 1 {
        try short(word, &rest)
      } else {
        arguments.append(word)
        guard stopsAtArgument else { continue }
        arguments += rest
        return
      }
      if wantsHelp { return }
    }
  }

  private mutating func long(_ word: String, _ rest: inout ArraySlice<String>) throws(GantryError) {
    let body = word.dropFirst(2)
    let name = String(body.prefix { $0 != "=" })
    guard !name.isEmpty, !name.hasPrefix("-") else { throw GantryError(.invalidArgument, "bad flag syntax: \(word)") }
    guard let option = options.first(where: { $0.name == name }) else {
      if name == "help" {
        wantsHelp = true
        return
      }
      throw GantryError(.invalidArgument, "unknown flag: --\(name)")
    }
    if name.count < body.count {
      try add(option, String(body.dropFirst(name.count + 1)))
    } else if option.kind == .flag {
      try add(option, "true")
    } else if let value = rest.popFirst() {
      try add(option, value)
    } else {
      throw GantryError(.invalidArgument, "flag needs an argument: --\(name)")
    }
  }

  private mutating func short(_ word: String, _ rest: inout ArraySlice<String>) throws(GantryError) {
    var letters = word.dropFirst()
    while let letter = letters.first {
      guard let option = options.first(where: { $0.short == String(letter) }) else {
        if letter == "h" {
          wantsHelp = true
          return
        }
        throw GantryError(.invalidArgument, "unknown shorthand flag: '\(letter)' in -\(letters)")
      }
      let tail = letters.dropFirst()
      if tail.first == "=" {
        return try add(option, String(tail.dropFirst()))
      } else if option.kind == .flag {
        try add(option, "true")
        letters = tail
      } else if !tail.isEmpty {
        return try add(option, String(tail))
      } else if let value = rest.popFirst() {
        return try add(option, value)
      } else {
        throw GantryError(.invalidArgument, "flag needs an argument: '\(letter)' in -\(letters)")
      }
    }
  }

  private mutating func add(_ option: Option, _ value: String) throws(GantryError) {
    if option.name == "help" { wantsHelp = true }
    do {
      try option.check?(value)
    } catch {
      let flag = GoSyntax.quoted(option.spelling)
      throw GantryError(
        error.code, "invalid argument \(GoSyntax.quoted(value)) for \(flag) flag: \(error.message)", cause: error.cause)
    }
    if option.kind == .list { values[option.name, default: []].append(value) } else { values[option.name] = [value] }
  }
}
