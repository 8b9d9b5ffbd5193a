import Errors
import Synchronization

/// Takes one answer that brings a blob, or the rest of it, into its file.
final class BlobReceiver: BodyReceiver {
  private struct State {
    /// Bytes of the answer that the file has already.
    var surplus: Int64 = 0
    var entityTag: String?
    var isOtherPart = false
  }

  private let blob: BlobFile
  /// Where the file ended when it was asked for the rest.
  private let start: Int64
  private let state = Mutex(State())

  init(_ blob: BlobFile) {
    self.blob = blob
    start = blob.count
  }

  /// The strong entity tag of the answer, by which the same bytes can be asked for again.
  var entityTag: String? { state.withLock { $0.entityTag } }

  /// Whether the answer was refused for being another part than the one that was asked for.
  var isOtherPart: Bool { state.withLock { $0.isOtherPart } }

  func begin(status: Int, headers: HTTPHeaders) throws(GantryError) -> Bool {
    let length = headers.contentLength
    switch status {
    case 200:
      // The whole of it, though the rest was asked for perhaps: what is here already is passed over.
      if let length { try check(total: length) }
      state.withLock { $0.surplus = start }
    case 206:
      guard let field = headers["content-range"], let (range, total) = ByteRange.contentRange(field),
        range.lowerBound <= start
      else {
        state.withLock { $0.isOtherPart = true }
        throw GantryError(
          .invalidArgument, "the registry answers with a part of blob \(blob.digest) that was not asked for")
      }
      if let total { try check(total: total) }
      state.withLock { $0.surplus = start - range.lowerBound }
    default: return false
    }
    if let tag = headers["etag"], tag.hasPrefix("\""), tag.hasSuffix("\""), tag.utf8.count > 2 {
      state.withLock { $0.entityTag = tag }
    }
    return true
  }

  func receive(_ bytes: UnsafeRawBufferPointer) throws(GantryError) {
    let passed = state.withLock { state in
      let passed = min(state.surplus, Int64(bytes.count))
      state.surplus -= passed
      return Int(passed)
    }
    guard passed < bytes.count else { return }
    try blob.append(UnsafeRawBufferPointer(rebasing: bytes[passed...]))
  }

  private func check(total: Int64) throws(GantryError) {
    guard total != blob.size else { return }
    throw GantryError(
      .failedPrecondition,
      "blob \(blob.digest) is not what its manifest says: it has \(total) bytes, not \(blob.size)")
  }
}
