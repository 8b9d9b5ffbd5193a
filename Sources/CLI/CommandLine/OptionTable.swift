/// The "Options" paragraph of a help text: names on the left, summaries wrapped on the right, as Go's pflag sets them.
package struct OptionTable {
  package let text: String

  package init(options: [Option], width: Int) {
    let sorted = options.sorted { $0.name < $1.name }
    let names = sorted.map(Self.name)
    let longest = (names.map(\.count).max() ?? 0) + 1
    let lines = zip(sorted, names).map { option, name in
      var summary = option.summary
      if !option.defaultText.isEmpty { summary += " (default \(option.defaultText))" }
      let gap = String(repeating: " ", count: longest - name.count + 2)
      return name + gap + Self.wrap(summary, indent: longest + 2, columns: width - 1)
    }
    text = lines.joined(separator: "\n")
  }

  private static func name(_ option: Option) -> String {
    let name = option.short.isEmpty ? "      --\(option.name)" : "  -\(option.short), --\(option.name)"
    return option.placeholder.isEmpty ? name : "\(name) \(option.placeholder)"
  }

  private static func wrap(_ text: String, indent: Int, columns: Int) -> String {
    var indent = indent
    var result = ""
    if columns - indent < 24 {
      indent = 16
      result = "\n" + String(repeating: " ", count: indent)
    }
    guard columns - indent >= 24 else { return text }
    // A last word may stick out this far rather than stand alone on a line.
    let slop = 5
    let margin = "\n" + String(repeating: " ", count: indent)
    var lines: [String] = []
    var rest = text[...]
    while !rest.isEmpty {
      let line = takeLine(&rest, columns - indent - slop, slop)
      lines += line.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }
    result += lines.joined(separator: margin)
    return result
  }

  private static func takeLine(_ rest: inout Substring, _ limit: Int, _ slop: Int) -> Substring {
    guard rest.count >= limit + slop else {
      defer { rest = "" }
      return rest
    }
    let head = rest.prefix(limit)
    guard let space = head.lastIndex(where: { $0 == " " || $0 == "\t" || $0 == "\n" }), space > rest.startIndex else {
      defer { rest = "" }
      return rest
    }
    var end = space
    if let newLine = head.lastIndex(of: "\n"), newLine > rest.startIndex, newLine < space { end = newLine }
    defer { rest = rest[rest.index(after: end)...] }
    return rest[..<end]
  }
}
