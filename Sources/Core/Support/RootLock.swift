import Errors
import Glibc
import Linux

/// The right to use a root directory, held by one supervisor at a time and given back by its death.
public final class RootLock: Sendable {
  private let file: FileDescriptor

  /// Takes the lock `<root>/<file>`, which holds the owner's process id; makes the directory first.
  ///
  /// - Parameter root: the directory of the state, or the one of the shims: either belongs to one supervisor.
  /// - Throws: `.failedPrecondition` where another supervisor has it.
  public init(root: String, file name: String = "gantryd.lock") throws(GantryError) {
    try Directory.create(root, mode: 0o711)
    let path = "\(root)/\(name)"
    file = try FileDescriptor.open(path, O_RDWR | O_CREAT, mode: 0o644)
    guard flock(file.number, LOCK_EX | LOCK_NB) == 0 else {
      let owner = String(decoding: (try? file.readAll(limit: 64)) ?? [], as: UTF8.self).filter(\.isNumber)
      throw GantryError(
        .failedPrecondition,
        """
        gantryd with process id \(owner.isEmpty ? "unknown" : owner) already works on \(root): stop that one, or give \
        this one a --root, --run and --socket of its own
        """)
    }
    try retryingOnInterrupt("ftruncate", path) { ftruncate(file.number, 0) }
    try file.writeAll(Array("\(getpid())\n".utf8))
  }
}
