/// The COMMAND column of `ps`: the arguments joined by blanks, those that need it in single quotes.
package func commandText(_ arguments: [String]) -> String {
  arguments.map { argument in
    guard argument.isEmpty || argument.contains(where: { " \t\n\r'\"\\$`;&|<>()*?[]#~!{}".contains($0) }) else {
      return argument
    }
    return "'" + argument.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }.joined(separator: " ")
}
