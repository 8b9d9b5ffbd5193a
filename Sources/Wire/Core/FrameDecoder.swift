import Errors
import Linux

/// Cuts a stream of bytes into frames, and gives each frame the descriptors that came with it.
///
/// **Which frame a descriptor belongs to.** On a unix stream socket the kernel ties descriptors to the bytes
/// of the sendmsg(2) that carried them, and recvmsg(2) never reads on past the piece that had some. What it
/// may do is to put bytes of earlier sends, which had none, in front. So the *last* byte that such a recvmsg
/// returns is from the sendmsg that carried the descriptors; the first byte need not be. Hence the rule:
///
/// - A sender puts into one sendmsg with descriptors only bytes of the one frame they belong to
///   (`OutboundQueue` does; it sends them with the frame's first byte).
/// - A receiver gives descriptors to the frame that owns the last byte of the recvmsg that brought them.
///
/// Idle it holds no memory. A payload grows with the bytes that arrive, not with the length that is claimed.
struct FrameDecoder {
  struct Frame {
    let header: FrameHeader
    let payload: FramePayload
    let descriptors: [FileDescriptor]
    /// More descriptors came than a frame may have, or the process had no numbers left for them.
    let descriptorsLost: Bool
    /// The payload was longer than a frame may be and has been thrown away.
    let isOversized: Bool
  }

  private enum State {
    case header
    case payload(FrameHeader)
    case discarding(FrameHeader, remaining: Int)
  }

  private var state = State.header
  private var partial: [UInt8] = []
  private var descriptors: [FileDescriptor] = []
  private var descriptorsLost = false

  /// How many bytes are known to be still missing of the frame that is being received.
  var missing: Int {
    switch state {
    case .header: 0
    case .payload(let header): header.length - partial.count
    case .discarding(_, let remaining): remaining
    }
  }

  /// Takes bytes from the front of `input` until a frame is whole; nil when they do not suffice.
  mutating func next(_ input: inout Received) -> Frame? {
    while true {
      switch state {
      case .header:
        guard let header = header(&input) else { return nil }
        if header.length > MessageLimits.bytes {
          state = .discarding(header, remaining: header.length)
        } else if header.length <= input.bytes.count {
          let payload = header.length == 0 ? .empty : FramePayload.borrowed(take(header.length, &input))
          return finish(header, payload)
        } else {
          state = .payload(header)
        }
      case .payload(let header):
        let part = take(min(header.length - partial.count, input.bytes.count), &input)
        partial += part
        guard partial.count == header.length else { return nil }
        var payload: [UInt8] = []
        swap(&payload, &partial)
        return finish(header, .owned(payload))
      case .discarding(let header, let remaining):
        let part = take(min(remaining, input.bytes.count), &input)
        guard part.count == remaining else {
          state = .discarding(header, remaining: remaining - part.count)
          return nil
        }
        return finish(header, .empty, isOversized: true)
      }
    }
  }

  private mutating func header(_ input: inout Received) -> FrameHeader? {
    if partial.isEmpty, input.bytes.count >= FrameHeader.size {
      return FrameHeader(decoding: take(FrameHeader.size, &input))
    }
    partial += take(min(FrameHeader.size - partial.count, input.bytes.count), &input)
    guard partial.count == FrameHeader.size else { return nil }
    defer { partial = [] }
    return partial.withUnsafeBytes { FrameHeader(decoding: $0) }
  }

  private mutating func take(_ count: Int, _ input: inout Received) -> UnsafeRawBufferPointer {
    let part = UnsafeRawBufferPointer(rebasing: input.bytes.prefix(count))
    input.bytes = UnsafeRawBufferPointer(rebasing: input.bytes.dropFirst(count))
    if input.bytes.isEmpty {
      descriptors += input.descriptors
      descriptorsLost = descriptorsLost || input.descriptorsLost
      input.descriptors = []
      input.descriptorsLost = false
      if descriptors.count > MessageLimits.descriptors {
        descriptors = []
        descriptorsLost = true
      }
    }
    return part
  }

  private mutating func finish(_ header: FrameHeader, _ payload: FramePayload, isOversized: Bool = false) -> Frame {
    defer {
      state = .header
      descriptors = []
      descriptorsLost = false
    }
    return Frame(
      header: header, payload: payload, descriptors: descriptors, descriptorsLost: descriptorsLost,
      isOversized: isOversized)
  }
}
