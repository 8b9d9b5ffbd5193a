import Wire

/// The service that both drivers serve in these tests.
enum TestMethods {
  static let service = "gantry.test.Service"

  /// Answers with the request's payload and descriptors.
  static let echo = MethodDescriptor(service: service, method: "Echo", isIdempotent: true)
  /// Answers with an empty message.
  static let empty = MethodDescriptor(service: service, method: "Empty")
  /// Answers with the error whose code is the payload's first byte and whose text is the rest.
  static let fail = MethodDescriptor(service: service, method: "Fail")
  /// Answers with "key=value" lines.
  static let metadata = MethodDescriptor(service: service, method: "Metadata")
  /// Answers with the seconds left of the deadline, rounded, or "none".
  static let deadline = MethodDescriptor(service: service, method: "Deadline")
  /// Never answers.
  static let hang = MethodDescriptor(service: service, method: "Hang")
  /// Answers with as many zeros as the payload says (decimal).
  static let zeros = MethodDescriptor(service: service, method: "Zeros")
  /// Answers with 17 descriptors, one more than allowed.
  static let tooManyDescriptors = MethodDescriptor(service: service, method: "TooManyDescriptors")
  /// Sends the payload's bytes one by one; a byte of 0 is an empty message, one of 255 an error.
  static let spell = MethodDescriptor(service: service, method: "Spell", serverStreams: true)
  /// Answers with all messages joined.
  static let join = MethodDescriptor(service: service, method: "Join", clientStreams: true)
  /// Sends every message back.
  static let chat = MethodDescriptor(service: service, method: "Chat", clientStreams: true, serverStreams: true)
}
