import CLinux
import Errors
import Glibc
import Linux

/// Tells, through inotify, when a log may have grown or rotated.
struct LogWatch {
  let descriptor: FileDescriptor

  init(directory: FileDescriptor) throws(GantryError) {
    let number = try retryingOnInterrupt("inotify_init1") { inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK)) }
    descriptor = FileDescriptor(adopting: number)
    try retryingOnInterrupt("inotify_add_watch") {
      inotify_add_watch(number, "/proc/self/fd/\(directory.number)", UInt32(IN_CREATE | IN_MOVED_TO))
    }
  }

  /// Watches one file's growth. A failure leaves the directory's events, and is told by the next read.
  func add(_ file: FileDescriptor) {
    _ = inotify_add_watch(descriptor.number, "/proc/self/fd/\(file.number)", UInt32(IN_MODIFY))
  }

  /// Takes the events that are there.
  func drain() {
    var events = [UInt8](repeating: 0, count: 4096)
    while Glibc.read(descriptor.number, &events, events.count) > 0 {}
  }
}
