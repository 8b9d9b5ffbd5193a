import Dockerfile
import Errors
import Linux
import Messages

extension ConfigChanges {
  /// As `applied(to:)`, and the stop signal is one that there is: Dockerfiles' words know nothing of signals.
  ///
  /// - Throws: `.invalidArgument` naming what is wrong.
  func checked(appliedTo config: GantryWorkerV1.ImageConfig) throws(GantryError) -> GantryWorkerV1.ImageConfig {
    let changed = try applied(to: config)
    if !changed.stopSignal.isEmpty { _ = try SignalNumber.of(changed.stopSignal) }
    return changed
  }
}
