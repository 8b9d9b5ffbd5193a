/// What a command finds where it is run.
package struct Surroundings: Sendable {
  package let console: Console
  package let environment: EnvironmentLookup
  package let workingDirectory: String
  /// Whether it may catch the process's signals; a test, which shares its process, may not.
  package let catchesSignals: Bool

  package init(
    console: Console, environment: @escaping EnvironmentLookup, workingDirectory: String, catchesSignals: Bool
  ) {
    self.console = console
    self.environment = environment
    self.workingDirectory = workingDirectory
    self.catchesSignals = catchesSignals
  }
}
