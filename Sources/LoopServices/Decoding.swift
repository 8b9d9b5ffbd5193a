import Errors
import LoopWire
import Wire

/// Hands a call with a readable request to `body`, and answers any other itself.
func answer<Request: Message, Response: Message>(
  _ raw: LoopRawCall, _ payload: [UInt8], _ body: (Request, LoopCall<Response>) -> Void
) {
  do throws(GantryError) {
    body(try Request(serialized: payload), LoopCall(raw))
  } catch {
    raw.fail(error)
  }
}

/// A reply's message out of its payload.
func decodedReply<Response: Message>(_ outcome: LoopClient.Outcome) -> Result<Reply<Response>, GantryError> {
  do throws(GantryError) {
    let reply = try outcome.get()
    return .success(Reply(message: try Response(serialized: reply.payload), descriptors: reply.descriptors))
  } catch {
    return .failure(error)
  }
}
