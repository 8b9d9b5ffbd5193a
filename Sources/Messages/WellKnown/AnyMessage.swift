import Errors
import Wire

extension GoogleProtobuf.AnyMessage {
  /// Wraps `message` the way containerd does: the type URL is the bare full name, without a host before it.
  public init<M: Message>(packing message: M) {
    self.init(typeUrl: M.fullName, value: message.serialized())
  }

  /// Whether this is an `M`, whatever stands before the last slash of the type URL.
  public func isA<M: Message>(_ type: M.Type) -> Bool {
    let name = M.fullName.utf8
    guard typeUrl.utf8.count > name.count else { return typeUrl == M.fullName }
    return typeUrl.utf8.suffix(name.count + 1).elementsEqual([UInt8(ascii: "/")] + Array(name))
  }

  /// The message inside.
  ///
  /// - Throws: `.invalidArgument` where it is of another type or malformed.
  public func unpack<M: Message>(_ type: M.Type = M.self) throws(GantryError) -> M {
    guard isA(type) else {
      throw GantryError(.invalidArgument, "expected a \(M.fullName), not a \"\(typeUrl)\"")
    }
    return try M(serialized: value)
  }
}
