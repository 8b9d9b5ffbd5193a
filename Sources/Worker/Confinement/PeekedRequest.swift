import CConfinement
import CLinux
import Errors
import Glibc
import Linux
import Messages
import Wire

/// The worker's one request, looked at while it still lies in the socket and no thread runs: what the worker confines
/// itself to stands in it. It comes from the supervisor, not from a stranger.
struct PeekedRequest {
  let method: String
  let payload: [UInt8]
  let descriptors: [FileDescriptor]

  private static let maximumLength = 4 << 20
  private static let maximumWaitInSeconds: Int32 = 60

  /// Waits for the request.
  ///
  /// - Returns: nil where the peer went without one.
  /// - Throws: `.invalidArgument` where it is no request of this service; `.deadlineExceeded`; `GantryError` from
  ///   recvmsg(2).
  init?(on socket: FileDescriptor) throws(GantryError) {
    try socket.setNonBlocking(false)
    try retryingOnInterrupt("setsockopt") { gantry_peek_begin(socket.number, Self.maximumWaitInSeconds) }
    var descriptors: [FileDescriptor] = []
    var bytes: [UInt8] = []
    while true {
      let wanted = try Self.missing(bytes)
      if wanted == 0 { break }
      let (piece, came) = try Self.peek(socket, wanted)
      // A second look at the same message brings its descriptors once more.
      if descriptors.isEmpty { descriptors = came }
      if piece.isEmpty { return nil }
      bytes += piece
    }
    try retryingOnInterrupt("setsockopt") { gantry_peek_end(socket.number) }
    let envelope = try bytes[FrameHeader.size...].withUnsafeBytes { buffer in
      Result { () throws(GantryError) in try RequestEnvelope(decoding: buffer) }
    }.get()
    guard envelope.service == GantryWorkerV1.WorkerMethods.readArchive.service else {
      throw GantryError(.unimplemented, "service \(envelope.service)")
    }
    method = envelope.method
    payload = envelope.payload
    self.descriptors = descriptors
  }

  /// How many bytes of the first frame are still to come.
  private static func missing(_ bytes: [UInt8]) throws(GantryError) -> Int {
    guard bytes.count >= FrameHeader.size else { return FrameHeader.size - bytes.count }
    let length = bytes[..<4].reduce(0) { $0 << 8 | Int($1) }
    guard length <= maximumLength else {
      throw GantryError(.resourceExhausted, "the worker's request has \(length) bytes; that much is not read")
    }
    return FrameHeader.size + length - bytes.count
  }

  private static func peek(_ socket: FileDescriptor, _ wanted: Int) throws(GantryError)
    -> (bytes: [UInt8], descriptors: [FileDescriptor])
  {
    var bytes = [UInt8](repeating: 0, count: wanted)
    var numbers = [Int32](repeating: -1, count: 64)
    var count = 0
    let received = try retryingOnInterrupt("recvmsg") {
      gantry_peek(socket.number, &bytes, wanted, &numbers, numbers.count, &count)
    }
    return (Array(bytes[..<received]), numbers[..<count].map { FileDescriptor(adopting: $0) })
  }
}
