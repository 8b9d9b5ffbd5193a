import Core
import Errors
import Glibc
import Linux

/// The right to use a run directory. It belongs to one root: shims found in it are that root's containers, and to the
/// supervisor of any other they would be strangers, to be ended.
enum RunDirectory {
  private static let longestPath = 4096

  /// Takes the directory for the supervisor of `paths`. The directories must have been made.
  ///
  /// - Returns: what holds it until it is let go.
  /// - Throws: `.failedPrecondition` where another supervisor works in it, or shims of another root's containers do.
  static func claim(_ paths: EnginePaths) async throws -> RootLock {
    let lock = try await RootLock.take(root: paths.run, file: "run.lock")
    let root = try canonical(paths.root)
    let note = "\(paths.run)/root"
    let before = try AtomicFile.read(note, limit: longestPath).map { String(decoding: $0, as: UTF8.self) }
    if let before, before != root {
      let shims = try FileDescriptor.open(paths.shims, O_RDONLY | O_DIRECTORY).directoryEntries()
      guard shims.isEmpty else {
        throw GantryError(
          .failedPrecondition,
          """
          \(paths.run) holds \(shims.count == 1 ? "a container" : "\(shims.count) containers") of the engine with the root \
          \(before): give this one a --run and --socket of its own, or that --root
          """)
      }
    }
    if before != root { try AtomicFile.write(Array(root.utf8), to: note, durable: false) }
    return lock
  }

  private static func canonical(_ path: String) throws(GantryError) -> String {
    guard let resolved = realpath(path, nil) else { throw GantryError.system("realpath", path) }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
