import Linux

/// Appends a terminal's output to a file (`file://`). What finds no room is lost: the container goes on.
final class FileSink: OutputSink {
  private let file: FileDescriptor

  init(file: FileDescriptor) { self.file = file }

  func write(_ bytes: UnsafeRawBufferPointer) {
    var rest = bytes
    while rest.count > 0, let count = try? file.write(rest), count > 0 {
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }

  func finish() {}
}
