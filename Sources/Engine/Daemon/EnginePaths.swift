import Core
import Errors
import Linux

/// Where the engine keeps what is its own.
package struct EnginePaths: Sendable {
  /// Survives a reboot.
  package let root: String
  /// Gone with a reboot.
  package let run: String

  package init(root: String, run: String) {
    self.root = root
    self.run = run
  }

  package var database: String { "\(root)/gantry.db" }
  package var containers: String { "\(root)/containers" }
  package var volumes: String { "\(root)/volumes" }
  /// For archives while they are taken in.
  package var staging: String { "\(root)/tmp" }
  package var skeleton: RootSkeleton { RootSkeleton("\(root)/skeleton") }
  package var shims: String { "\(run)/shims/gantry" }

  package func files(of container: String) -> ContainerFiles { ContainerFiles(root: containers, id: container) }
  package func bundle(of container: String) -> String { "\(shims)/\(container)" }

  /// What tells of a full disk, in the words of the C library and of the database; across processes words are all there is.
  private static let fullDisk = ["No space left on device", "disk is full", "Disk quota exceeded"]

  /// What a person can do about a full disk.
  ///
  /// - Returns: `error`, where it is another one.
  func namingTheDisk(_ error: any Error, _ what: String) -> any Error {
    guard let error = error as? GantryError, error.code == .resourceExhausted,
      Self.fullDisk.contains(where: error.message.contains), !error.message.contains("free some space")
    else { return error }
    return GantryError(
      .resourceExhausted, "\(what): the disk that holds \(root) is full; free some space on it (\(error.message))",
      cause: .error(error))
  }

  /// Makes the directories.
  package func create() throws(GantryError) {
    // What goes from one of them, layers above all, must not slow down what is made in another.
    try Directory.createSpreading(root, mode: 0o711)
    try Directory.create(containers, mode: 0o710)
    try Directory.create(staging, mode: 0o700)
    try skeleton.create()
    try Directory.createSpreading(run, mode: 0o711)
    try Directory.create("\(run)/shims", mode: 0o700)
    try Directory.create(shims, mode: 0o700)
  }
}
