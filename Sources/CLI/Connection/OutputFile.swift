import Errors
import Glibc
import Linux

/// Where a command writes an archive: standard output, or a file that is there whole or not at all.
package struct OutputFile: Sendable {
  package let descriptor: FileDescriptor
  private let temporary: String?
  /// Whether the file gets even its temporary name only when it is whole.
  private var isNameless = false
  private let path: String

  /// - Parameters:
  ///   - path: as `-o` names it; nil is standard output, which must be no terminal.
  ///   - action: what fails, for messages: "save image".
  /// - Throws: `CommandFailure.local` in Docker's words.
  package init(_ path: String?, console: Console, action: String) throws(CommandFailure) {
    guard let path, !path.isEmpty else {
      guard !console.outputIsTerminal else {
        throw .local("cowardly refusing to save to a terminal. Use the -o flag or redirect")
      }
      descriptor = console.output
      temporary = nil
      self.path = ""
      return
    }
    var status = stat()
    if stat(path, &status) == 0 {
      switch status.st_mode & S_IFMT {
      case S_IFDIR: throw .local("failed to \(action): cannot write to a directory")
      case S_IFREG: break
      default:
        // A pipe or a device is written to as it is.
        descriptor = try Self.open(path, O_WRONLY, action)
        temporary = nil
        self.path = path
        return
      }
    }
    // The file would take the link's place, and not go where it leads.
    if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK {
      throw .local("failed to \(action): cannot write to a symbolic link directly")
    }
    let directory = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    guard stat(directory, &status) == 0 else {
      throw .local("failed to \(action): invalid output path: stat \(directory): no such file or directory")
    }
    let name = "\(directory)/.gantry-\(getpid())-\(UInt32.random(in: 0 ... .max)).tmp"
    if let nameless = Self.nameless(in: directory) {
      descriptor = nameless
      isNameless = true
    } else {
      descriptor = try Self.open(name, O_WRONLY | O_CREAT | O_EXCL, action)
    }
    temporary = name
    self.path = path
  }

  /// A file that is gone when this process dies, however it dies; nil where the file system has none such, or where a
  /// file that has a name would fail as well and says why.
  private static func nameless(in directory: String) -> FileDescriptor? {
    // It gets its name through this directory.
    guard access("/proc/self/fd", X_OK) == 0 else { return nil }
    return try? FileDescriptor.open(directory, O_WRONLY | Int32(__O_TMPFILE) | O_DIRECTORY, mode: 0o600)
  }

  private static func open(_ path: String, _ flags: Int32, _ action: String) throws(CommandFailure) -> FileDescriptor {
    do throws(GantryError) { return try FileDescriptor.open(path, flags, mode: 0o600) } catch {
      throw .local("failed to \(action): \(error.naming("open", path).message)")
    }
  }

  /// Whether this is a pipe whose reader is gone: a writer that SIGPIPE ends says nothing either.
  private var isUnread: Bool {
    var state = pollfd(fd: descriptor.number, events: 0, revents: 0)
    return poll(&state, 1, 0) == 1 && Int32(state.revents) & POLLERR != 0
  }

  /// Runs `body` and gives the file its name then; where it fails, nothing is left.
  package func write(_ body: () async throws -> Void) async throws {
    do {
      try await body()
    } catch {
      if let temporary, !isNameless { unlink(temporary) }
      if temporary == nil, isUnread { throw CommandFailure.silent(exitCode: 141) }
      throw error
    }
    guard let temporary else { return }
    // No link takes the place of a file, a rename does.
    if isNameless {
      let source = "/proc/self/fd/\(descriptor.number)"
      guard linkat(AT_FDCWD, source, AT_FDCWD, temporary, AT_SYMLINK_FOLLOW) == 0 else {
        throw CommandFailure(GantryError.system("linkat", temporary).naming("linkat", temporary))
      }
    }
    guard rename(temporary, path) == 0 else {
      let error = GantryError.system("rename", path)
      unlink(temporary)
      throw CommandFailure(error.naming("rename", path))
    }
  }
}
