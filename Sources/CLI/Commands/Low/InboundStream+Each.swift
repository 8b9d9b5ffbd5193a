import AsyncWire
import Errors
import Wire

extension InboundStream {
  /// Hands over each message; what the engine ends the stream with becomes `CommandFailure.engine`.
  func forEach(_ body: (M) throws(GantryError) -> Void) async throws(CommandFailure) {
    var iterator = makeAsyncIterator()
    while true {
      let next: M?
      do {
        next = try await iterator.next()
      } catch {
        throw .engine(error)
      }
      guard let next else { return }
      do {
        try body(next)
      } catch {
        throw CommandFailure(error)
      }
    }
  }
}
