import Core

/// One more process in a container.
package struct ExecProcess: Sendable {
  package let id: String
  /// Fulfilled with its exit code.
  package let exit: Promise<ExitOutcome>

  package init(id: String, exit: Promise<ExitOutcome> = Promise()) {
    self.id = id
    self.exit = exit
  }
}
