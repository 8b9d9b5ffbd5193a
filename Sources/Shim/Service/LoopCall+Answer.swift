import Errors
import LoopWire
import Wire

extension LoopCall where Response: Message {
  /// Answers with what `body` returns, or with the error that it throws.
  func answer(_ body: () throws(GantryError) -> Response) {
    do throws(GantryError) {
      reply(try body())
    } catch {
      fail(error)
    }
  }
}
