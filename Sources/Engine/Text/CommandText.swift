/// The COMMAND column of `ps`, as Docker writes it: the program, then the arguments, in single quotes where they hold a blank.
package func commandText(_ arguments: [String]) -> String {
  (arguments.prefix(1) + arguments.dropFirst().map { $0.contains(" ") ? "'\($0)'" : $0 }).joined(separator: " ")
}
