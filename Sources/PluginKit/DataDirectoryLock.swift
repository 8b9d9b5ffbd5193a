import Errors
import Glibc
import Linux

/// Keeps two processes of one plugin from working on one data directory.
///
/// It matters when the supervisor was killed: the new one's plugin starts while the old one's is still
/// on its way out.
enum DataDirectoryLock {
  /// Waits for the directory to be free, at most four seconds, and holds it until the process ends.
  ///
  /// - Throws: `.failedPrecondition` where another process keeps it.
  static func take(_ directory: String) async throws {
    let descriptor = try FileDescriptor.open(directory, O_RDONLY | O_DIRECTORY)
    let clock = ContinuousClock()
    let deadline = clock.now + .seconds(4)
    while flock(descriptor.number, LOCK_EX | LOCK_NB) != 0 {
      guard clock.now < deadline else {
        throw GantryError(
          .failedPrecondition, "another process works on \(directory); stop the plugin that runs on it already")
      }
      try await Task.sleep(for: .milliseconds(20))
    }
    // The lock goes with the last descriptor, so this one stays open for as long as the process lives.
    _ = Unmanaged.passRetained(descriptor)
  }
}
