import CLinux
import Errors
import Glibc
import Linux
import Synchronization
import Threads

/// Copies a blob from its file into a pipe while the file still grows, at the reader's pace.
///
/// It has a thread of its own, for it waits for both sides. A reader that goes away ends it and nothing else.
final class PipeFeeder: Sendable {
  private let blob: BlobFile
  private let pipe: Mutex<FileDescriptor?>
  private let cancelled = Atomic(false)

  /// How often a feeder that waits for its reader looks whether it is still wanted.
  private static let checkInMilliseconds: Int32 = 200
  /// A reader that takes nothing for this long is given up.
  private static let patience = Duration.seconds(300)

  /// Takes the pipe over: it is closed at the end.
  ///
  /// - Returns: nil where the system gives no thread.
  static func start(_ blob: BlobFile, into pipe: FileDescriptor, ended: @escaping @Sendable () -> Void) -> PipeFeeder? {
    let feeder = PipeFeeder(blob, pipe)
    let isStarted = DetachedThread.start(name: "pipe") {
      feeder.run()
      ended()
    }
    return isStarted ? feeder : nil
  }

  private init(_ blob: BlobFile, _ pipe: FileDescriptor) {
    self.blob = blob
    self.pipe = Mutex(pipe)
  }

  /// Ends it soon, whatever its reader does.
  func cancel() {
    cancelled.store(true, ordering: .relaxed)
    blob.progress.end()
  }

  private func run() {
    guard let target = pipe.withLock({ $0.take() }) else { return }
    defer { close(target) }
    guard (try? target.setNonBlocking(true)) != nil else { return }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 4096)
    defer { buffer.deallocate() }
    var position: Int64 = 0
    while let end = blob.progress.wait(beyond: position), !isCancelled {
      while position < end {
        let (place, wanted) = (position, Int(min(Int64(buffer.count), end - position)))
        guard
          let count = try? retryingOnInterrupt(
            "pread", "",
            {
              pread(blob.file.number, buffer.baseAddress, wanted, Int(place))
            }), count > 0, write(UnsafeRawBufferPointer(rebasing: buffer[..<count]), to: target)
        else { return }
        position += Int64(count)
      }
    }
  }

  /// The call's context holds the pipe as long as the call lasts: another file takes its place.
  private func close(_ target: FileDescriptor) {
    guard let nothing = try? FileDescriptor.open("/dev/null", O_RDONLY) else { return }
    dup2(nothing.number, target.number)
  }

  private var isCancelled: Bool { cancelled.load(ordering: .relaxed) }

  /// - Returns: whether there is still a reader.
  private func write(_ bytes: UnsafeRawBufferPointer, to target: FileDescriptor) -> Bool {
    var rest = bytes[...]
    var last = MonotonicTime.now
    while !rest.isEmpty {
      do throws(GantryError) {
        rest = rest.dropFirst(try target.write(UnsafeRawBufferPointer(rebasing: rest)))
        last = .now
      } catch {
        guard error.errno == EAGAIN, !isCancelled, last.duration(to: .now) < Self.patience else { return false }
        var watched = pollfd(fd: target.number, events: Int16(POLLOUT), revents: 0)
        poll(&watched, 1, Self.checkInMilliseconds)
        if watched.revents & Int16(POLLERR) != 0 { return false }
      }
    }
    return true
  }
}
