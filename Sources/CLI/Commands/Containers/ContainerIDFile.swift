import Errors
import Glibc
import Linux

/// The file of `--cidfile`: it must be new, and goes again where there is no container to write down.
package struct ContainerIDFile: Sendable {
  private let path: String
  private let file: FileDescriptor

  /// Makes the file.
  ///
  /// - Throws: `CommandFailure.local` in Docker's words.
  package init(_ path: String) throws(CommandFailure) {
    do {
      file = try FileDescriptor.open(path, O_WRONLY | O_CREAT | O_EXCL, mode: 0o644)
      self.path = path
    } catch {
      guard error.errno != EEXIST else {
        throw .local("container ID file found, make sure the other container isn't running or delete \(path)")
      }
      throw .local("failed to create the container ID file: \(error.naming("open", path).message)")
    }
  }

  /// Writes the id down.
  ///
  /// - Throws: `GantryError` from write(2).
  package func write(_ id: String) throws(GantryError) { try file.writeAll(Array(id.utf8)) }

  /// Removes the file.
  package func abandon() { unlink(path) }
}
