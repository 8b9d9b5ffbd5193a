import Errors

/// A file name pattern as Go's `path.Match` reads it: "*" is any run of characters but "/", "?" is one, "[a-z]" is one of
/// a class and "[^a-z]" one of the others, and what stands behind "\" means itself.
package struct Wildcard: Sendable {
  private enum Part: Sendable {
    case run
    case any
    case plain(Unicode.Scalar)
    case oneOf([(first: Unicode.Scalar, last: Unicode.Scalar)], isNegated: Bool)

    func fits(_ scalar: Unicode.Scalar) -> Bool {
      switch self {
      case .run: false
      case .any: scalar != "/"
      case .plain(let wanted): scalar == wanted
      case .oneOf(let ranges, let isNegated):
        ranges.contains { $0.first <= scalar && scalar <= $0.last } != isNegated
      }
    }
  }

  private static let invalid = GantryError(.invalidArgument, "syntax error in pattern")

  private let parts: [Part]

  /// - Throws: `.invalidArgument` in Go's words for a class without an end and the like.
  package init(_ pattern: String) throws(GantryError) {
    var rest = Array(pattern.unicodeScalars)[...]
    var parts: [Part] = []
    while let scalar = rest.popFirst() {
      switch scalar {
      case "*": parts.append(.run)
      case "?": parts.append(.any)
      case "[": parts.append(try Self.takeClass(&rest))
      case "\\":
        guard let escaped = rest.popFirst() else { throw Self.invalid }
        parts.append(.plain(escaped))
      default: parts.append(.plain(scalar))
      }
    }
    self.parts = parts
  }

  /// What follows "[", with the bracket that ends it.
  private static func takeClass(_ rest: inout ArraySlice<Unicode.Scalar>) throws(GantryError) -> Part {
    let isNegated = rest.first == "^"
    if isNegated { rest.removeFirst() }
    var ranges: [(first: Unicode.Scalar, last: Unicode.Scalar)] = []
    repeat {
      let first = try takeMember(&rest)
      var last = first
      if rest.first == "-" {
        rest.removeFirst()
        last = try takeMember(&rest)
      }
      ranges.append((first, last))
    } while rest.first != "]"
    rest.removeFirst()
    return .oneOf(ranges, isNegated: isNegated)
  }

  private static func takeMember(_ rest: inout ArraySlice<Unicode.Scalar>) throws(GantryError) -> Unicode.Scalar {
    guard var scalar = rest.popFirst(), scalar != "-", scalar != "]" else { throw invalid }
    if scalar == "\\" {
      guard let escaped = rest.popFirst() else { throw invalid }
      scalar = escaped
    }
    // The bracket that ends the class is still to come.
    guard !rest.isEmpty else { throw invalid }
    return scalar
  }

  package func matches(_ text: String) -> Bool {
    var text = Array(text.unicodeScalars)[...]
    var rest = parts[...]
    // Where the last "*" stood, to let it take one character more when what follows does not fit.
    var retry: (text: ArraySlice<Unicode.Scalar>, rest: ArraySlice<Part>)?
    while true {
      if case .run? = rest.first {
        rest.removeFirst()
        retry = (text, rest)
      } else if rest.isEmpty, text.isEmpty {
        return true
      } else if let part = rest.first, let scalar = text.first, part.fits(scalar) {
        rest.removeFirst()
        text.removeFirst()
      } else {
        guard var last = retry, let skipped = last.text.first, skipped != "/" else { return false }
        last.text.removeFirst()
        retry = last
        (text, rest) = last
      }
    }
  }
}
