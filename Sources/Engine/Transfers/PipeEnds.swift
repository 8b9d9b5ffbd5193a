import CLinux
import Errors
import Glibc
import Linux
import Synchronization

/// Both ends of a pipe until they are given away: a pipe ends for its reader only when nobody holds the other end.
final class PipeEnds: Sendable {
  private let ends: Mutex<(read: FileDescriptor?, write: FileDescriptor?)>

  init() throws(GantryError) {
    let (readEnd, writeEnd) = try FileDescriptor.pipe()
    gantry_enlarge_pipe(writeEnd.number)
    ends = Mutex((readEnd, writeEnd))
  }

  func takeReadEnd() -> FileDescriptor? {
    ends.withLock { ends in
      defer { ends.read = nil }
      return ends.read
    }
  }

  /// - Returns: one descriptor, or none where it was taken before.
  func takeWriteEnd() -> [FileDescriptor] {
    ends.withLock { ends in
      defer { ends.write = nil }
      return ends.write.map { [$0] } ?? []
    }
  }

  func close() { ends.withLock { $0 = (nil, nil) } }
}
