import Foundation
import Synchronization

/// Images the tests bring along, made once a run from the distribution's busybox.
enum TestImage {
  private static let made = Mutex<String?>(nil)

  /// Path of a Debian's root that debootstrap made, a tar archive; nil where none could be made.
  static var debian: String? {
    guard let path = ProcessInfo.processInfo.environment["GANTRY_DEBIAN"],
      FileManager.default.fileExists(atPath: path)
    else { return nil }
    return path
  }

  /// Path of an OCI archive that holds `busybox:latest`.
  static func busybox() throws -> String {
    try made.withLock { path in
      if let path { return path }
      let file = "\(NSTemporaryDirectory())/gantry-busybox-\(getpid()).tar"
      let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../../packaging/make-busybox-image").standardized.path
      let result = try Command.run([script, file])
      guard result.status == 0 else { throw TestFailure("\(result)") }
      path = file
      atexit { TestImage.made.withLock { path in if let path { unlink(path) } } }
      return file
    }
  }
}
