import AsyncServices
import Errors
import Glibc
import Linux
import Messages
import Threads

extension ContentStore {
  private static let pieceSize = 1 << 20
  private static let threads = BlockingThreads(name: "content", limit: 4)

  /// Sends a file through Content.Write, for a plugin that takes no descriptors.
  func write(
    _ file: FileDescriptor, digest: String, size: Int64, labels: [String: String]
  ) async throws -> (digest: String, size: Int64) {
    let ref = "gantry-ingest-\(getpid())-\(UInt64.random(in: 0 ... .max))"
    let call = try await content.write(options: .init(timeout: .seconds(1800)))
    var responses = call.responses.makeAsyncIterator()
    var offset: Int64 = 0
    while true {
      let data = try await read(file, at: offset)
      let isLast = data.count < Self.pieceSize
      try await call.send(
        .init(
          action: isLast ? .commit : .write, ref: ref, total: isLast ? offset + Int64(data.count) : max(size, 0),
          expected: digest, offset: offset, data: data, labels: isLast ? labels : [:]))
      do {
        guard let response = try await responses.next() else {
          throw GantryError(.unavailable, "the content plugin ended the write of \(digest) early; try again")
        }
        offset += Int64(data.count)
        if isLast { return (response.digest, offset) }
      } catch let error as GantryError where error.code == .alreadyExists {
        return (digest, size)
      }
    }
  }

  private func read(_ file: FileDescriptor, at offset: Int64) async throws -> [UInt8] {
    try await Self.threads.run {
      var data = [UInt8](repeating: 0, count: Self.pieceSize)
      var count = 0
      while count < data.count {
        let start = count
        let read = try retryingOnInterrupt("pread") {
          data.withUnsafeMutableBytes {
            pread(file.number, $0.baseAddress?.advanced(by: start), $0.count - start, off_t(offset) + off_t(start))
          }
        }
        if read == 0 { break }
        count += read
      }
      data.removeSubrange(count...)
      return data
    }
  }
}
