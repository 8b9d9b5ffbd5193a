import Errors
import Linux

/// Files of `--env-file` and `--label-file`: a variable a line, `#` for comments.
package enum EnvironmentFile {
  /// Reads a file.
  ///
  /// - Parameter environment: where a name without a value gets its own from; a name that is not there is left out.
  /// - Throws: `GantryError` in Docker's words.
  package static func read(_ path: String, environment: EnvironmentLookup) throws(GantryError) -> [String] {
    let bytes: [UInt8]
    do {
      bytes = try FileDescriptor.open(path, 0).readAll(limit: 16 << 20)
    } catch {
      throw error.naming("open", path)
    }
    do {
      return try parse(bytes, environment: environment)
    } catch {
      throw error.wrapped("invalid env file (\(path))")
    }
  }

  /// Reads a file's content.
  ///
  /// - Throws: `.invalidArgument` without the file's name.
  package static func parse(_ bytes: [UInt8], environment: EnvironmentLookup) throws(GantryError) -> [String] {
    var variables: [String] = []
    var content = bytes[...]
    if content.starts(with: [0xEF, 0xBB, 0xBF]) { content = content.dropFirst(3) }
    for (number, line) in content.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
      let raw = line.last == 13 ? line.dropLast() : line
      guard let text = String(validating: raw, as: UTF8.self) else {
        let listing = raw.map(String.init).joined(separator: " ")
        throw GantryError(.invalidArgument, "invalid utf8 bytes at line \(number + 1): [\(listing)]")
      }
      let trimmed = text.drop { $0.isWhitespace }
      if trimmed.isEmpty || trimmed.hasPrefix("#") { continue }
      let name = trimmed.prefix { $0 != "=" }
      guard !name.isEmpty else {
        throw GantryError(.invalidArgument, "no variable name on line '\(trimmed)'")
      }
      guard !name.contains(where: \.isWhitespace) else {
        throw GantryError(.invalidArgument, "variable '\(name)' contains whitespaces")
      }
      if name.endIndex < trimmed.endIndex {
        variables.append(String(trimmed))
      } else if let value = environment(String(name)) {
        variables.append("\(name)=\(value)")
      }
    }
    return variables
  }
}
