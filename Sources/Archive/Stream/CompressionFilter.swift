import CArchive
import Errors
import Glibc
import ImageSpec
import SharedLibraries

/// One of libarchive's compressors, and where its bytes go. Not thread-safe.
final class CompressionFilter {
  private let pointer: OpaquePointer
  private let emit: (UnsafeRawBufferPointer) throws(GantryError) -> Void
  private var failure: GantryError?
  private var isComplete = false

  /// - Parameter emit: given the compressed bytes, in order.
  init(
    _ compression: LayerCompression, _ emit: @escaping (UnsafeRawBufferPointer) throws(GantryError) -> Void
  ) throws(GantryError) {
    try SharedLibrary.archive.load()
    guard let pointer = archive_write_new() else {
      throw GantryError(.resourceExhausted, "no memory for a compressor")
    }
    self.pointer = pointer
    self.emit = emit
    try check(archive_write_set_format_raw(pointer))
    switch compression {
    case .gzip:
      try check(archive_write_add_filter_gzip(pointer))
      // No time in the header: the same layer is the same blob.
      try check(archive_write_set_filter_option(pointer, "gzip", "timestamp", nil))
    case .zstd: try check(archive_write_add_filter_zstd(pointer))
    case .uncompressed: try check(archive_write_add_filter_none(pointer))
    }
    try check(archive_write_set_bytes_per_block(pointer, 0))
    try check(
      archive_write_open(
        pointer, Unmanaged.passUnretained(self).toOpaque(), nil,
        { _, client, bytes, count in
          guard let client else { return -1 }
          return Unmanaged<CompressionFilter>.fromOpaque(client).takeUnretainedValue().take(bytes, count)
        }, nil))
    guard let entry = archive_entry_new() else {
      throw GantryError(.resourceExhausted, "no memory for a compressor")
    }
    defer { archive_entry_free(entry) }
    archive_entry_set_filetype(entry, S_IFREG)
    try check(archive_write_header(pointer, entry))
  }

  deinit {
    // One that has failed still knows bytes that it was given and could not hand on, and which are gone by now: it must not
    // compress them while it is freed.
    if !isComplete { archive_write_fail(pointer) }
    archive_write_free(pointer)
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(GantryError) {
    var rest = bytes
    while !rest.isEmpty {
      let written = archive_write_data(pointer, rest.baseAddress, rest.count)
      guard written > 0 else { throw failure ?? GantryError(.internal, "compressing failed: \(message)") }
      rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
  }

  func finish() throws(GantryError) {
    try check(archive_write_close(pointer))
    isComplete = true
  }

  private func take(_ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    do throws(GantryError) {
      try emit(UnsafeRawBufferPointer(start: bytes, count: count))
      return count
    } catch {
      failure = error
      return -1
    }
  }

  private func check(_ status: Int32) throws(GantryError) {
    if let failure { throw failure }
    guard status < ARCHIVE_WARN else { return }
    throw GantryError(.internal, "compressing failed: \(message)")
  }

  private var message: String { archive_error_string(pointer).map { String(cString: $0) } ?? "no reason is given" }
}
