import Hashing
import Digests
import Errors
import Glibc
import Linux
import Synchronization

/// The file that a document from an address is read into. One answer at a time is taken in.
final class DownloadFile: BodyReceiver {
  private struct State {
    var digester: Digester
    var count: Int64 = 0
    var fetched: Int64 = 0
    var total: Int64 = 0
    var entityTag: String?
  }

  private let file: FileDescriptor
  /// A pipe takes each byte once: what has gone into it cannot be begun again.
  private let isRegular: Bool
  private let state: Mutex<State>

  /// - Throws: `GantryError` from fstat(2) or libcrypto.
  init(_ file: FileDescriptor) throws(GantryError) {
    self.file = file
    var status = stat()
    try retryingOnInterrupt("fstat") { fstat(file.number, &status) }
    isRegular = status.st_mode & S_IFMT == S_IFREG
    state = Mutex(State(digester: try Digester()))
  }

  var count: Int64 { state.withLock { $0.count } }
  var fetched: Int64 { state.withLock { $0.fetched } }
  /// 0 where the server does not say.
  var total: Int64 { state.withLock { $0.total } }

  /// What asks for the rest; nil where only the whole can be asked for.
  var resumption: [(String, String)]? {
    state.withLock { state in
      guard state.count > 0, let tag = state.entityTag else { return nil }
      return [("Range", "bytes=\(state.count)-"), ("If-Range", tag)]
    }
  }

  /// The digest of all that is there. Nothing may be taken in afterwards.
  func digest() throws(GantryError) -> Digest {
    let digester = state.withLock { $0.digester }
    return try digester.finish()
  }

  func begin(status: Int, headers: HTTPHeaders) throws(GantryError) -> Bool {
    switch status {
    case 200: try startAfresh()
    case 206:
      guard let field = headers["content-range"], let (range, _) = ByteRange.contentRange(field),
        range.lowerBound == count
      else { throw GantryError(.invalidArgument, "the server answers with a part that was not asked for") }
    default: return false
    }
    state.withLock { state in
      state.total = headers.contentLength.map { $0 + state.count } ?? 0
      if let tag = headers["etag"], tag.hasPrefix("\""), tag.utf8.count > 2 { state.entityTag = tag }
    }
    return true
  }

  private func startAfresh() throws(GantryError) {
    guard count > 0 else { return }
    guard isRegular else {
      throw GantryError(.unavailable, "the download broke off, and what is read of it cannot be taken back")
    }
    let digester = state.withLock { $0.digester }
    // It starts afresh with that.
    _ = try digester.finish()
    try retryingOnInterrupt("ftruncate") { ftruncate(file.number, 0) }
    state.withLock { $0.count = 0 }
  }

  func receive(_ bytes: UnsafeRawBufferPointer) throws(GantryError) {
    if isRegular {
      try file.writeAll(bytes, at: count)
    } else {
      try writeToPipe(bytes)
    }
    let digester = state.withLock { $0.digester }
    try digester.update(bytes)
    state.withLock { state in
      state.count += Int64(bytes.count)
      state.fetched += Int64(bytes.count)
    }
  }

  private func writeToPipe(_ bytes: UnsafeRawBufferPointer) throws(GantryError) {
    var rest = bytes[...]
    while !rest.isEmpty { rest = rest.dropFirst(try file.write(UnsafeRawBufferPointer(rebasing: rest))) }
  }
}
