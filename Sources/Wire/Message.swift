import Errors

/// A protobuf message as a Swift value. The generator makes the conforming types from `proto/`.
public protocol Message: Sendable, Equatable {
  /// The message's full protobuf name, such as "containerd.task.v2.CreateTaskRequest".
  static var fullName: String { get }

  /// The message with every field at its default.
  init()

  /// Reads a message from its protobuf encoding; no bytes at all are the default message.
  ///
  /// - Throws: `GantryError` with `.invalidArgument` on anything malformed.
  init(serialized bytes: [UInt8]) throws(GantryError)

  /// The message's protobuf encoding.
  func serialized() -> [UInt8]
}
