import ContainerLog

/// Writes one stream of a process to the container's log.
final class LogSink: OutputSink {
  private let writer: LogWriter
  private let stream: LogStream

  init(writer: LogWriter, stream: LogStream) {
    self.writer = writer
    self.stream = stream
  }

  func write(_ bytes: UnsafeRawBufferPointer) { writer.append(bytes, stream: stream) }
  func finish() { writer.finish(stream) }
  func pause() { writer.releaseBuffer() }
}
