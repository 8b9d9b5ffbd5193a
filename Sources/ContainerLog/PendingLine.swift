import Glibc

/// What one stream has begun and not ended: the bytes since the last newline, and the time of the line's
/// first piece.
struct PendingLine {
  var bytes: [UInt8] = []
  /// What follows the text of an entry: stream and time.
  private(set) var suffix: [UInt8] = []
  private let stream: LogStream
  private var isInsideLongLine = false
  private var now: [UInt8] = []

  init(stream: LogStream) { self.stream = stream }

  /// Bytes have come, at the time that `text` says.
  mutating func begin(at text: [UInt8]) {
    now = text
    if !isInsideLongLine { setSuffix() }
  }

  /// The bytes up to the newline, or to the size of a piece, whatever is first.
  func nextPiece(in rest: UnsafeRawBufferPointer) -> (length: Int, endsLine: Bool) {
    guard let base = rest.baseAddress else { return (0, false) }
    let room = min(LogWriter.pieceSize - bytes.count, rest.count)
    guard let newline = memchr(base, 0x0A, room) else { return (room, false) }
    return (UnsafeRawPointer(newline) - base, true)
  }

  /// A piece was written; all pieces of a long line carry the time of its first one.
  mutating func pieceWritten(endsLine: Bool) {
    if endsLine, isInsideLongLine { setSuffix() }
    isInsideLongLine = !endsLine
  }

  private mutating func setSuffix() {
    suffix.removeAll(keepingCapacity: true)
    suffix += "\",\"stream\":\"\(stream.rawValue)\",\"time\":\"".utf8
    suffix += now
    suffix += "\"}\n".utf8
  }
}
