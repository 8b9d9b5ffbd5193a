import Core
import Errors

extension RootLock {
  /// A supervisor that was just killed keeps its lock for the moment it takes the kernel to end its threads.
  private static let patience = Duration.seconds(1)

  /// Takes the lock of a root directory, and waits a moment for a dying owner.
  ///
  /// - Throws: `.failedPrecondition` where another supervisor has it and keeps it.
  static func take(root: String, file: String = "gantryd.lock") async throws -> RootLock {
    let deadline = ContinuousClock.now + patience
    while true {
      do throws(GantryError) {
        return try RootLock(root: root, file: file)
      } catch {
        guard error.code == .failedPrecondition, ContinuousClock.now < deadline else { throw error }
      }
      try await Task.sleep(for: .milliseconds(5))
    }
  }
}
