import Errors
import Glibc
import Linux

/// What is taken in: standard input, a file, a directory that is packed on the way, an address.
package enum ArchiveSource {
  /// The descriptor to send along; nil for an address, which the engine reads itself.
  ///
  /// - Throws: `CommandFailure.local` in Docker's words.
  package static func open(
    _ source: String, _ session: Session, packsDirectories: Bool
  ) throws(CommandFailure) -> FileDescriptor? {
    if source == "-" {
      guard !session.console.inputIsTerminal else {
        throw .local("requested load from stdin, but stdin is empty")
      }
      return session.console.input
    }
    if isAddress(source) { return nil }
    do throws(GantryError) {
      let file = try FileDescriptor.open(source, O_RDONLY)
      var status = stat()
      guard fstat(file.number, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return file }
      guard packsDirectories else {
        throw GantryError(.invalidArgument, "\(source) is a directory: give an archive, or '-' for standard input")
      }
      return try DirectoryArchive.stream(of: file)
    } catch {
      throw CommandFailure(error.naming("open", source))
    }
  }

  package static func isAddress(_ source: String) -> Bool {
    source.hasPrefix("http://") || source.hasPrefix("https://")
  }
}
