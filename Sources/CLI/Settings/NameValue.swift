import Errors

/// Checks of values that are a name, and perhaps "=" and something.
package enum NameValue {
  /// `text` taken apart at its first "=".
  package static func split(_ text: String) -> (name: String, value: String?) {
    guard let equals = text.firstIndex(of: "=") else { return (text, nil) }
    return (String(text[..<equals]), String(text[text.index(after: equals)...]))
  }

  /// - Throws: `.invalidArgument` where a variable has no name.
  @Sendable package static func checkVariable(_ text: String) throws(GantryError) {
    if split(text).name.isEmpty { throw GantryError(.invalidArgument, "invalid environment variable: \(text)") }
  }

  /// - Throws: `.invalidArgument` where a label has no name.
  @Sendable package static func checkLabel(_ text: String) throws(GantryError) {
    if split(text).name.isEmpty { throw GantryError(.invalidArgument, "invalid label '\(text)': empty name") }
  }

  /// - Throws: `.invalidArgument` where a filter has no value. An empty text is no filter.
  @Sendable package static func checkFilter(_ text: String) throws(GantryError) {
    if !text.isEmpty, split(text).value == nil {
      throw GantryError(.invalidArgument, "bad format of filter (expected name=value)")
    }
  }

  /// - Throws: `.invalidArgument` where the setting is not one of a container's own.
  @Sendable package static func checkSysctl(_ text: String) throws(GantryError) {
    let (name, value) = split(text)
    let isKnown =
      ["net.", "fs.mqueue."].contains { name.hasPrefix($0) }
      || [
        "kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem", "kernel.shmall", "kernel.shmmax",
        "kernel.shmmni", "kernel.shm_rmid_forced",
      ].contains(name)
    if value == nil || !isKnown { throw GantryError(.invalidArgument, "sysctl '\(text)' is not allowed") }
  }

  /// - Throws: `.invalidArgument` for anything but the three streams.
  @Sendable package static func checkStream(_ text: String) throws(GantryError) {
    if !["stdin", "stdout", "stderr"].contains(text.lowercased()) {
      throw GantryError(.invalidArgument, "valid streams are STDIN, STDOUT and STDERR")
    }
  }
}

extension NameValue {
  /// Variables as the container gets them: a bare name takes the value it has here, or is left out.
  package static func resolving(_ variables: [String], _ environment: EnvironmentLookup) -> [String] {
    variables.compactMap { text in
      let (name, value) = split(text)
      return value == nil ? environment(name).map { "\(name)=\($0)" } : text
    }
  }
}
