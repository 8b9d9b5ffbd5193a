import Errors
import Linux
import Wire

/// The other end of a connection, byte by byte.
final class RawPeer: Sendable {
  struct Frame: Sendable {
    let header: FrameHeader
    let payload: [UInt8]
  }

  private let socket: FileDescriptor

  init(_ socket: FileDescriptor) { self.socket = socket }

  /// All of `bytes`, within ten seconds.
  func write(_ bytes: [UInt8]) async throws {
    var rest = bytes[...]
    let deadline = ContinuousClock.now.advanced(by: .seconds(10))
    while !rest.isEmpty {
      if let sent = try rest.withUnsafeBytes({ try UnixSocket.send(socket, $0) }) {
        rest = rest.dropFirst(sent)
      } else if ContinuousClock.now > deadline {
        throw GantryError(.deadlineExceeded, "the other side takes no more")
      } else {
        try await Task.sleep(for: .microseconds(200))
      }
    }
  }

  func write(_ header: FrameHeader, _ payload: [UInt8] = []) async throws {
    var bytes: [UInt8] = []
    header.encode(to: &bytes)
    try await write(bytes + payload)
  }

  func write(_ bytes: [UInt8], descriptors: [FileDescriptor]) throws {
    let sent = try bytes.withUnsafeBytes { try UnixSocket.send(socket, $0, descriptors: descriptors) }
    if sent != bytes.count { throw GantryError(.internal, "socket took \(sent ?? 0) of \(bytes.count) bytes") }
  }

  /// Exactly `count` bytes, within ten seconds.
  func read(_ count: Int) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    let deadline = ContinuousClock.now.advanced(by: .seconds(10))
    while bytes.count < count {
      var chunk = [UInt8](repeating: 0, count: count - bytes.count)
      if let receipt = try chunk.withUnsafeMutableBytes({ try UnixSocket.receive(socket, into: $0) }) {
        if receipt.count == 0 { throw GantryError(.unavailable, "end of file after \(bytes)") }
        bytes += chunk[..<receipt.count]
      } else if ContinuousClock.now > deadline {
        throw GantryError(.deadlineExceeded, "nothing came after \(bytes)")
      } else {
        try await Task.sleep(for: .microseconds(200))
      }
    }
    return bytes
  }

  func readFrame() async throws -> Frame {
    let header = try await read(FrameHeader.size)
    let length = header[..<4].reduce(0) { $0 << 8 | Int($1) }
    let stream = header[4..<8].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    return Frame(
      header: FrameHeader(
        length: length, stream: stream, kind: .init(rawValue: header[8]), flags: .init(rawValue: header[9])),
      payload: try await read(length))
  }

  func close() { UnixSocket.shutdown(socket) }
}
