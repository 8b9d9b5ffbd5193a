import Wire

/// Frames as bytes, written out by hand from the protocol.
enum RecordedFrames {
  /// A request of the test service's `Echo` with payload [7].
  static func echo(stream: UInt8) -> [UInt8] { call("Echo", stream: stream, payload: [7]) }

  static func call(_ method: String, stream: UInt8, payload: [UInt8] = [], flags: UInt8 = 0) -> [UInt8] {
    var envelope: [UInt8] = [0x0A, UInt8(TestMethods.service.utf8.count)] + Array(TestMethods.service.utf8)
    envelope += [0x12, UInt8(method.utf8.count)] + Array(method.utf8)
    if !payload.isEmpty { envelope += [0x1A, UInt8(payload.count)] + payload }
    return [0, 0, 0, UInt8(envelope.count), 0, 0, 0, stream, 1, flags] + envelope
  }
}
