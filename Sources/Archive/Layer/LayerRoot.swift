import CLinux
import Errors
import Glibc
import Linux

/// The directory that a layer is unpacked into, and the way to each entry's parent without ever leaving it.
///
/// Symbolic links on the way are followed by the kernel within this root (openat2(2), `RESOLVE_IN_ROOT`), as they
/// would be in a container. Not thread-safe.
final class LayerRoot {
  /// An open directory of the image.
  struct Parent {
    let descriptor: FileDescriptor
    /// New entries take over the directory's group.
    let givesItsGroup: Bool
  }

  let descriptor: FileDescriptor
  private var lastPath: EntryPath?
  private var last: Parent?
  /// Symbolic links of this very layer whose target, outside of a container, leads out of the image: an honest archive
  /// has nothing below one.
  private var outwardLinks: Set<EntryPath> = []

  init(_ descriptor: FileDescriptor) { self.descriptor = descriptor }

  /// Why no way leads to a parent.
  enum Obstacle: Error {
    case linkOfThisLayer(EntryPath)
    case deadLink
    case notADirectory
    case missing
    case system(GantryError)
  }

  /// Keeps in mind that this layer has made a link whose target leads out of the image.
  func noteOutwardLink(at path: EntryPath) { outwardLinks.insert(path) }

  /// Call it when a directory may have gone.
  func forgetParent() {
    lastPath = nil
    last = nil
  }

  /// Opens the directory `path`; missing ones on the way are made.
  func openParent(_ path: EntryPath, creating: Bool = true) throws(Obstacle) -> Parent {
    if let last, lastPath == path { return last }
    let parent = Parent(opening: try open(path, creating: creating))
    lastPath = path
    last = parent
    return parent
  }

  private func open(_ path: EntryPath, creating: Bool) throws(Obstacle) -> FileDescriptor {
    if let directory = try attempt(path, UInt64(RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS)) { return directory }
    for link in path.ancestors + [path] where outwardLinks.contains(link) { throw .linkOfThisLayer(link) }
    if let directory = try attempt(path, UInt64(RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS)) { return directory }
    guard creating else { throw .missing }
    return try create(path)
  }

  /// nil where something on the way is missing, or is a link that `resolve` forbids.
  private func attempt(_ path: EntryPath, _ resolve: UInt64) throws(Obstacle) -> FileDescriptor? {
    while true {
      let number = gantry_openat2(
        descriptor.number, path.cString, UInt64(O_RDONLY | O_DIRECTORY | O_CLOEXEC), 0, resolve)
      if number >= 0 { return FileDescriptor(adopting: number) }
      switch gantry_errno() {
      case EINTR, EAGAIN: continue
      case ENOENT, ELOOP, EXDEV: return nil
      case ENOTDIR: throw .notADirectory
      default: throw .system(.system("openat2", path.description))
      }
    }
  }

  private func create(_ path: EntryPath) throws(Obstacle) -> FileDescriptor {
    var directory = descriptor
    for step in path.ancestors + [path] where !step.isRoot {
      if let next = try attempt(step, UInt64(RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS)) {
        directory = next
        continue
      }
      if mkdirat(directory.number, step.name, 0o755) != 0 {
        // Something is there, and yet it cannot be opened: a link that leads nowhere.
        guard gantry_errno() != EEXIST else { throw .deadLink }
        throw .system(.system("mkdirat", step.description))
      }
      guard let made = try attempt(step, UInt64(RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS)) else { throw .missing }
      directory = made
    }
    return directory
  }
}

extension LayerRoot.Parent {
  fileprivate init(opening directory: FileDescriptor) {
    var status = stat()
    let isKnown = fstat(directory.number, &status) == 0
    self.init(descriptor: directory, givesItsGroup: !isKnown || status.st_mode & S_ISGID != 0)
  }
}
