/// Commands, each of which hands its result to the next, and the variables that take the last one's.
struct Pipeline: Sendable {
  struct Variable: Sendable {
    let name: String
    let offset: Int
  }

  let offset: Int
  var variables: [Variable] = []
  /// `=` rather than `:=`.
  var isAssignment = false
  var commands: [Command] = []

  var source: String {
    let names = variables.map(\.name).joined(separator: ", ")
    let prefix = variables.isEmpty ? "" : names + (isAssignment ? " = " : " := ")
    return prefix + commands.map(\.source).joined(separator: " | ")
  }
}
