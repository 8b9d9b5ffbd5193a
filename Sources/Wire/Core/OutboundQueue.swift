import Errors
import Linux

/// Frames that wait to be sent.
///
/// Frames without descriptors lie in one piece of memory and leave in one send. A frame with descriptors has
/// a piece of its own, so that its sendmsg(2) carries bytes of no other frame: see `FrameDecoder` for why.
/// Idle it keeps at most `idleCapacity` bytes.
package struct OutboundQueue: Sendable {
  private struct Piece {
    var bytes: [UInt8] = []
    var sent = 0
    /// Emptied once they are on their way.
    var descriptors: [FileDescriptor] = []
    var takesMore = true
  }

  private static let idleCapacity = 4 << 10
  /// A piece longer than this is not added to.
  private static let pieceLimit = 64 << 10

  private var pieces: [Piece] = []
  private var first = 0
  /// Bytes that wait.
  package private(set) var count = 0
  package var isEmpty: Bool { count == 0 }

  package init() {}

  /// Adds one frame whose payload `encode` appends.
  ///
  /// - Throws: `GantryError` with `.resourceExhausted` when it exceeds `MessageLimits`; nothing is added then.
  mutating func append(
    _ header: FrameHeader, descriptors: [FileDescriptor] = [], encode: (inout [UInt8]) -> Void
  ) throws(GantryError) {
    guard descriptors.count <= MessageLimits.descriptors else {
      throw GantryError(
        .resourceExhausted,
        "message has \(descriptors.count) descriptors; send at most \(MessageLimits.descriptors) with one message")
    }
    if !descriptors.isEmpty || pieces.isEmpty || !pieces[pieces.count - 1].takesMore {
      pieces.append(Piece(descriptors: descriptors, takesMore: descriptors.isEmpty))
    }
    let last = pieces.count - 1
    let start = pieces[last].bytes.count
    header.encode(to: &pieces[last].bytes)
    encode(&pieces[last].bytes)
    let end = pieces[last].bytes.count
    let length = end - start - FrameHeader.size
    guard length <= MessageLimits.bytes else {
      pieces[last].bytes.removeLast(end - start)
      if pieces[last].bytes.isEmpty { pieces.removeLast() }
      if first >= pieces.count { reset() }
      throw Self.oversized(length)
    }
    for (offset, shift) in [24, 16, 8, 0].enumerated() {
      pieces[last].bytes[start + offset] = UInt8(truncatingIfNeeded: length >> shift)
    }
    if end > Self.pieceLimit { pieces[last].takesMore = false }
    count += end - start
  }

  static func oversized(_ length: Int) -> GantryError {
    GantryError(
      .resourceExhausted, "message length \(length) exceed maximum message size of \(MessageLimits.bytes)")
  }

  /// Sends what waits, for as long as `send` takes something.
  ///
  /// - Parameter send: sends bytes and descriptors in one sendmsg(2); returns how many bytes it has taken, nil when
  ///   there is no room now. When it takes any, the descriptors are gone with them.
  package mutating func drain(
    _ send: (UnsafeRawBufferPointer, [FileDescriptor]) throws(GantryError) -> Int?
  ) throws(GantryError) {
    while count > 0 {
      let piece = pieces[first]
      guard piece.sent < piece.bytes.count else {
        dropFirst()
        continue
      }
      let taken = try piece.bytes.withUnsafeBytes { (bytes) -> Result<Int?, GantryError> in
        let rest = UnsafeRawBufferPointer(rebasing: bytes[piece.sent...])
        do throws(GantryError) { return .success(try send(rest, piece.descriptors)) } catch { return .failure(error) }
      }.get()
      guard let taken, taken > 0 else { return }
      count -= taken
      pieces[first].sent += taken
      pieces[first].descriptors = []
      if pieces[first].sent == piece.bytes.count { dropFirst() }
    }
  }

  private mutating func dropFirst() {
    first += 1
    if first == pieces.count {
      reset()
    } else {
      pieces[first - 1] = Piece()
      if first >= 64 {
        pieces.removeFirst(first)
        first = 0
      }
    }
  }

  /// Forgets everything, keeping a small buffer for the next frame.
  private mutating func reset() {
    if pieces.count == 1, pieces[0].takesMore, pieces[0].bytes.capacity <= Self.idleCapacity {
      pieces[0].bytes.removeAll(keepingCapacity: true)
      pieces[0].sent = 0
    } else {
      pieces = []
    }
    first = 0
  }

  /// Drops everything that waits, with its descriptors.
  package mutating func removeAll() {
    pieces = []
    first = 0
    count = 0
  }
}
