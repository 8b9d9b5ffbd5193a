/// What this program says it is.
package enum ProgramVersion {
  package static let number = "0.1.0"
  /// "" where the build did not say.
  package static let commit = ""
}
