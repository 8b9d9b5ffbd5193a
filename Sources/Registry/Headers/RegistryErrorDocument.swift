import JSON

/// The JSON by which a registry or a token server says what is wrong.
package enum RegistryErrorDocument {
  private static let maximumLength = 600

  /// What it says, in Docker's form: `manifest unknown: manifest unknown`; nil where the body is no such document.
  package static func words(of body: [UInt8]) -> String? {
    guard !body.isEmpty, let document = try? JSONValue(parsing: body) else { return nil }
    if let errors = document["errors"]?.array {
      let said = errors.prefix(4).compactMap { error -> String? in
        let code = (error["code"]?.string ?? "unknown").lowercased().map { $0 == "_" ? " " : $0 }
        guard let message = error["message"]?.string, !message.isEmpty else { return String(code) }
        return "\(String(code)): \(message)"
      }
      if !said.isEmpty { return printable(said.joined(separator: "; ")) }
    }
    for key in ["details", "message", "error_description", "error"] {
      if let text = document[key]?.string, !text.isEmpty { return printable(text) }
    }
    return nil
  }

  /// Whether it has an error of this code, such as `MANIFEST_UNKNOWN`.
  package static func has(_ code: String, in body: [UInt8]) -> Bool {
    guard let errors = (try? JSONValue(parsing: body))?["errors"]?.array else { return false }
    return errors.contains { $0["code"]?.string == code }
  }

  /// A stranger's text that goes to a terminal: no control characters, and not too much of it.
  package static func printable(_ text: String) -> String {
    let scalars = text.unicodeScalars.prefix(maximumLength).map { scalar in
      scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
        ? " " : Character(scalar)
    }
    return String(scalars)
  }
}
