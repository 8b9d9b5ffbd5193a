import CLinux
import Errors
import Glibc
import Linux

/// Writes what a container prints to a file in Docker's `json-file` format.
///
/// A line longer than 16 KiB becomes several entries that share one time, as Docker splits it. No error
/// ever reaches the container: what could not be written is counted, and a line in the log says so when
/// there is room again. For one thread.
public final class LogWriter {
  /// Docker's piece of a long line.
  package static let pieceSize = 16 << 10
  /// Encoded bytes are written in batches of about this size.
  private static let batchSize = 64 << 10

  private let file: LogFile
  private var streams: [LogStream: PendingLine] = [:]
  private let output = LogBuffer(
    capacity: LogWriter.batchSize + LogWriter.pieceSize * LogEncoder.largestExpansion + 256)
  private var lost = LostOutput()

  /// Opens the file, creating it where it is missing.
  ///
  /// - Parameters:
  ///   - path: absolute path; its directory must exist.
  ///   - mode: permissions of files that are created.
  /// - Throws: `GantryError` from open(2).
  public init(path: String, rotation: LogRotation = .never, mode: mode_t = 0o640) throws(GantryError) {
    file = try LogFile(path: path, rotation: rotation, mode: mode)
  }

  /// The log's directory: the place for files that lie beside it.
  public var directory: FileDescriptor { file.directory }

  /// Entries that were lost because they could not be written, since the log was opened.
  public var lostEntries: Int { lost.total }

  /// Takes what a process wrote. Whole lines are in the file when this returns; the rest waits for its end.
  public func append(_ bytes: UnsafeRawBufferPointer, stream: LogStream) {
    guard bytes.count > 0 else { return }
    let now = LogTimestamp.now.bytes(paddingFraction: false)
    var pending = streams[stream] ?? PendingLine(stream: stream)
    // Held by one owner while it changes, so that its buffer is not copied.
    streams[stream] = nil
    pending.begin(at: now)
    var rest = bytes
    while rest.count > 0 {
      let (length, endsLine) = pending.nextPiece(in: rest)
      let piece = UnsafeRawBufferPointer(rebasing: rest[..<length])
      rest = UnsafeRawBufferPointer(rebasing: rest[(length + (endsLine ? 1 : 0))...])
      let isFull = pending.bytes.count + length == Self.pieceSize
      guard endsLine || isFull else {
        pending.bytes.append(contentsOf: piece)
        break
      }
      emit(piece, of: &pending, endsLine: endsLine)
    }
    streams[stream] = pending
    flush()
  }

  /// Writes the last line of a stream that ended without a newline.
  public func finish(_ stream: LogStream) {
    guard var pending = streams.removeValue(forKey: stream) else { return }
    if !pending.bytes.isEmpty {
      pending.begin(at: LogTimestamp.now.bytes(paddingFraction: false))
      emit(UnsafeRawBufferPointer(start: nil, count: 0), of: &pending, endsLine: false)
    }
    flush()
    releaseBuffer()
  }

  /// Gives back the memory that fast output needed; whoever feeds the writer calls it when there is a pause.
  public func releaseBuffer() { output.release() }

  /// Closes the file and opens it by its name again, for whoever rotates from outside.
  ///
  /// - Throws: `GantryError` from open(2); the old file stays in use then.
  public func reopen() throws(GantryError) {
    flush()
    try file.reopen()
  }

  private func emit(_ piece: UnsafeRawBufferPointer, of pending: inout PendingLine, endsLine: Bool) {
    let start = output.count
    output.append("{\"log\":\"")
    if pending.bytes.isEmpty {
      LogEncoder.append(piece, to: output)
    } else {
      pending.bytes.append(contentsOf: piece)
      pending.bytes.withUnsafeBytes { LogEncoder.append($0, to: output) }
      pending.bytes.removeAll(keepingCapacity: false)
    }
    if endsLine { output.append("\\n") }
    pending.suffix.withUnsafeBytes { output.append($0) }
    pending.pieceWritten(endsLine: endsLine)
    if file.mustRotate(before: Int64(output.count), isEmptyWithout: start == 0) {
      let entry = output.removeLast(output.count - start)
      flush()
      file.rotate()
      entry.withUnsafeBytes { output.append($0) }
    }
    if output.count >= Self.batchSize { flush() }
  }

  private func flush() {
    guard output.count > 0 else { return }
    if let note = lost.note, note.withUnsafeBytes({ file.write($0) }) == nil { lost.reported() }
    if lost.isPending {
      lost.count(output.bytes, errno: lost.errno)
    } else if let failure = file.write(output.bytes) {
      lost.count(UnsafeRawBufferPointer(rebasing: output.bytes[failure.writtenBytes...]), errno: failure.errno)
    }
    output.removeAll()
  }
}
