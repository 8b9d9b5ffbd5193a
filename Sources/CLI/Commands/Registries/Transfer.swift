import AsyncWire
import Errors
import Messages

/// Follows a pull or a push to its end.
enum Transfer {
  typealias Events = InboundStream<GantryEngineV1.TransferEvent>

  /// - Parameters:
  ///   - display: nil shows nothing but warnings.
  /// - Throws: `CommandFailure.engine`.
  static func follow(
    _ events: Events, display: TransferDisplay?, console: Console
  ) async throws(CommandFailure) -> GantryEngineV1.TransferResult {
    do {
      for try await event in events {
        switch event.event {
        case .progress(let step): display?.show(step)
        case .warning(let text): console.complain("WARNING: \(text)")
        case .result(let result): return result
        case nil: break
        }
      }
    } catch {
      throw .engine(error)
    }
    throw .local("the engine ended the transfer without a result; is it another version?")
  }
}
