import Errors

/// The `key=value` pairs of `--filter`, checked against the keys a command knows.
package struct FilterSet: Sendable {
  private let values: [String: [String]]

  /// - Throws: `.invalidArgument` for a pair without "=" or with an unknown key.
  package init(_ filters: [String], known: Set<String>) throws(GantryError) {
    var values: [String: [String]] = [:]
    // An empty one is as good as none, as it is to Docker.
    for filter in filters where !filter.isEmpty {
      guard let equals = filter.firstIndex(of: "=") else {
        throw GantryError(.invalidArgument, "invalid argument \"\(filter)\" for filter: write name=value")
      }
      let key = filter[..<equals].trimmed.lowercased()
      guard known.contains(key) else { throw GantryError(.invalidArgument, "Invalid filter '\(key)'") }
      values[key, default: []].append(filter[filter.index(after: equals)...].trimmed)
    }
    self.values = values
  }

  /// The values given for a key; nil where the key was not given.
  package subscript(key: String) -> [String]? { values[key] }

  /// Whether a key was not given, or one of its values fits.
  package func allows(_ key: String, _ fits: (String) throws -> Bool) rethrows -> Bool {
    guard let wanted = values[key] else { return true }
    return try wanted.contains(where: fits)
  }

  /// Whether every "label" value, `key` or `key=value`, is among the labels.
  package func allowsLabels(_ labels: [String: String]) -> Bool {
    (values["label"] ?? []).allSatisfy { wanted in
      guard let equals = wanted.firstIndex(of: "=") else { return labels[wanted] != nil }
      return labels[String(wanted[..<equals])] == String(wanted[wanted.index(after: equals)...])
    }
  }
}

extension Substring {
  fileprivate var trimmed: String {
    var text = self
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
