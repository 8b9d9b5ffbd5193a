import Errors

/// The payload of a frame: still in the driver's read buffer where the frame came in one piece.
enum FramePayload {
  /// Valid until the driver gets its buffer back.
  case borrowed(UnsafeRawBufferPointer)
  case owned([UInt8])

  static var empty: FramePayload { .owned([]) }

  /// The payload as bytes of its own.
  var bytes: [UInt8] {
    switch self {
    case .borrowed(let buffer): [UInt8](buffer)
    case .owned(let bytes): bytes
    }
  }

  func decode<Envelope>(
    _ body: (UnsafeRawBufferPointer) throws(GantryError) -> Envelope
  ) throws(GantryError) -> Envelope {
    switch self {
    case .borrowed(let buffer): return try body(buffer)
    case .owned(let bytes):
      return try bytes.withUnsafeBytes { (buffer) -> Result<Envelope, GantryError> in
        do throws(GantryError) { return .success(try body(buffer)) } catch { return .failure(error) }
      }.get()
    }
  }
}
