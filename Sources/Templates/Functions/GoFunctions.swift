import Errors

/// The functions that text/template predefines.
///
/// - SeeAlso: <https://pkg.go.dev/text/template#hdr-Functions>
enum GoFunctions {
  static let table: [String: Function] = [
    "and": Function([.anything], more: .anything, special: .shortCircuit(stopAt: false)) { _ in .missing },
    "or": Function([.anything], more: .anything, special: .shortCircuit(stopAt: true)) { _ in .missing },
    "not": Function([.anything]) { .bool(!$0[0].isTrue) },
    "call": Function([.anything], more: .anything, special: .call) { _ in .missing },
    "eq": Function([.anything], more: .anything) { values throws(GantryError) in
      .bool(try Comparison.isEqual(values[0], toAny: values.dropFirst()))
    },
    "ne": Function([.anything, .anything]) { values throws(GantryError) in
      .bool(try !Comparison.isEqual(values[0], toAny: values.dropFirst()))
    },
    "lt": Function([.anything, .anything]) { values throws(GantryError) in
      .bool(try Comparison.isLess(values[0], values[1]))
    },
    "le": Function([.anything, .anything]) { values throws(GantryError) in .bool(try isAtMost(values)) },
    "gt": Function([.anything, .anything]) { values throws(GantryError) in .bool(try !isAtMost(values)) },
    "ge": Function([.anything, .anything]) { values throws(GantryError) in
      .bool(try !Comparison.isLess(values[0], values[1]))
    },
    "index": Function([.anything], more: .anything) { values throws(GantryError) in
      try Indexing.element(of: values[0], at: values.dropFirst())
    },
    "slice": Function([.anything], more: .anything) { values throws(GantryError) in
      try Indexing.slice(of: values[0], at: Array(values.dropFirst()))
    },
    "len": Function([.anything]) { values throws(GantryError) in .integer(try Indexing.length(of: values[0]), .int) },
    "print": Function([], more: .typed(.any)) { .string(Printf.print($0)) },
    "println": Function([], more: .typed(.any)) { .string(Printf.println($0)) },
    "printf": Function([.typed(.string)], more: .typed(.any)) { values in
      .string(Printf.printf(values[0].text, Array(values.dropFirst())))
    },
    "html": Function([], more: .typed(.any)) { .string(Escaping.html(printable($0))) },
    "js": Function([], more: .typed(.any)) { .string(Escaping.javaScript(printable($0))) },
    "urlquery": Function([], more: .typed(.any)) { .string(Escaping.query(printable($0))) },
  ]

  private static func isAtMost(_ values: [Value]) throws(GantryError) -> Bool {
    if try Comparison.isLess(values[0], values[1]) { return true }
    return try Comparison.isEqual(values[0], toAny: values[1...])
  }

  private static func printable(_ values: [Value]) -> String {
    Printf.print(values.map { $0.isNil ? .string("<no value>") : $0.indirect ?? .missing })
  }
}

extension Value {
  /// What a text parameter got.
  var text: String {
    switch self {
    case .string(let text), .number(let text): text
    default: ""
    }
  }
}
