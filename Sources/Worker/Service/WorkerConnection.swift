import Errors
import Glibc
import Linux
import Messages
import Wire

/// The worker's end of its one connection: the protocol core, driven by blocking calls on the only thread.
///
/// Neither the async driver nor its thread pool will do here. The process must have one thread when it confines itself,
/// and the pool reads /proc, which is out of reach afterwards. Not thread-safe.
final class WorkerConnection {
  private let socket: FileDescriptor
  private var core: ServerCore
  private var requests: [IncomingRequest] = []

  private static let patienceInMilliseconds: Int32 = 60_000

  init(_ socket: FileDescriptor, methods: [MethodDescriptor]) {
    self.socket = socket
    var routes = RouteTable()
    for method in methods { routes.add(method) }
    core = ServerCore(routes: routes)
  }

  /// Waits for a request.
  ///
  /// - Returns: nil where the peer has gone, or asks nothing for a minute.
  /// - Throws: `GantryError` from recvmsg(2).
  func nextRequest() throws(GantryError) -> IncomingRequest? {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
    defer { buffer.deallocate() }
    while requests.isEmpty {
      guard try wait(for: POLLIN) else { return nil }
      guard let receipt = try UnixSocket.receive(socket, into: buffer) else { continue }
      if receipt.count == 0 { return nil }
      let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<receipt.count])
      let events = core.receive(
        Received(bytes, descriptors: receipt.descriptors, descriptorsLost: receipt.descriptorsLost))
      for case .request(let request) in events { requests.append(request) }
      try flush()
    }
    return requests.removeFirst()
  }

  /// Sends one message of an answer.
  ///
  /// - Throws: `.unavailable` where the peer has gone.
  func send(_ message: some Message, on stream: UInt32) throws(GantryError) {
    try core.send(stream, message.serialized())
    try flush()
  }

  /// Answers a call that has one answer, and ends it.
  ///
  /// - Throws: `.unavailable` where the peer has gone.
  func answer(_ message: some Message, to stream: UInt32) throws(GantryError) {
    core.answer(stream, message.serialized())
    try flush()
  }

  /// Ends an answer: in order, or with an error.
  ///
  /// - Throws: `.unavailable` where the peer has gone.
  func end(_ stream: UInt32, _ outcome: Result<Void, GantryError>) throws(GantryError) {
    switch outcome {
    case .success: core.finish(stream)
    case .failure(let error): core.fail(stream, error)
    }
    try flush()
  }

  private func flush() throws(GantryError) {
    while !core.outbound.isEmpty {
      try core.outbound.drain { (bytes, descriptors) throws(GantryError) in
        try UnixSocket.send(socket, bytes, descriptors: descriptors)
      }
      if !core.outbound.isEmpty, try !wait(for: POLLOUT) {
        throw GantryError(.unavailable, "the supervisor does not listen")
      }
    }
  }

  private func wait(for event: Int32) throws(GantryError) -> Bool {
    var watched = pollfd(fd: socket.number, events: Int16(event), revents: 0)
    return try retryingOnInterrupt("poll") { poll(&watched, 1, Self.patienceInMilliseconds) } > 0
  }
}
