import Glibc
import Linux

/// Reads a descriptor on a thread of its own, as somebody attached does.
enum Reading {
  /// Everything up to the end of file.
  static func all(_ descriptor: FileDescriptor, pauseEvery pauseInBytes: Int = 0) async throws -> [UInt8] {
    try await onThread {
      var bytes: [UInt8] = []
      var chunk = [UInt8](repeating: 0, count: 64 << 10)
      var sincePause = 0
      while true {
        let count = read(descriptor.number, &chunk, chunk.count)
        if count <= 0 { return bytes }
        bytes += chunk[..<count]
        sincePause += count
        if pauseInBytes > 0, sincePause >= pauseInBytes {
          sincePause = 0
          poll(nil, 0, 20)
        }
      }
    }
  }

  /// What comes until `text` has come, or nothing comes for ten seconds.
  static func until(_ text: String, _ descriptor: FileDescriptor) async throws -> String {
    try await onThread {
      var bytes: [UInt8] = []
      var chunk = [UInt8](repeating: 0, count: 4096)
      while !String(decoding: bytes, as: UTF8.self).contains(text) {
        var event = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
        guard poll(&event, 1, 10_000) > 0 else { break }
        let count = read(descriptor.number, &chunk, chunk.count)
        if count <= 0 { break }
        bytes += chunk[..<count]
      }
      return String(decoding: bytes, as: UTF8.self)
    }
  }

  /// Writes everything, however long that takes.
  static func write(_ bytes: [UInt8], to descriptor: FileDescriptor) async throws {
    try await onThread { try? descriptor.writeAll(bytes) }
  }

  private static func onThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async throws -> Value {
    await withCheckedContinuation { continuation in
      let job = ThreadJob { continuation.resume(returning: body()) }
      var thread = pthread_t()
      pthread_create(
        &thread, nil,
        { argument in
          if let argument { Unmanaged<ThreadJob>.fromOpaque(argument).takeRetainedValue().body() }
          return nil
        }, Unmanaged.passRetained(job).toOpaque())
      pthread_detach(thread)
    }
  }
}

private final class ThreadJob: Sendable {
  let body: @Sendable () -> Void
  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}
