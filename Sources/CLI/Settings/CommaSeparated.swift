import Errors

/// One line of comma separated values (RFC 4180): a field in double quotes may hold commas.
package enum CommaSeparated {
  /// - Throws: `.invalidArgument` in the words of Go's encoding/csv.
  package static func fields(_ line: String) throws(GantryError) -> [String] {
    var fields: [String] = []
    var rest = line[...]
    while true {
      if rest.first == "\"" {
        rest.removeFirst()
        fields.append(try quoted(&rest, line))
      } else {
        let field = rest.prefix { $0 != "," }
        if let quote = field.firstIndex(of: "\"") {
          let column = line.distance(from: line.startIndex, to: quote) + 1
          throw GantryError(
            .invalidArgument, "parse error on line 1, column \(column): bare \" in non-quoted-field")
        }
        fields.append(String(field))
        rest = rest[field.endIndex...]
      }
      guard rest.popFirst() == "," else { return fields }
    }
  }

  private static func quoted(_ rest: inout Substring, _ line: String) throws(GantryError) -> String {
    var field = ""
    while let character = rest.popFirst() {
      if character != "\"" {
        field.append(character)
      } else if rest.first == "\"" {
        field.append("\"")
        rest.removeFirst()
      } else if rest.isEmpty || rest.first == "," {
        return field
      } else {
        break
      }
    }
    throw GantryError(
      .invalidArgument,
      "parse error on line 1, column \(line.count - rest.count + 1): extraneous or missing \" in quoted-field")
  }
}
