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

  /// Makes what is missing of the way to `path`, also where links on it lead, as containerd does.
  private func create(_ path: EntryPath) throws(Obstacle) -> FileDescriptor {
    var ahead = Array(path.components.reversed())
    // Without any link on it.
    var way = EntryPath.root
    var directory = descriptor
    var links = 0
    while let step = ahead.popLast() {
      let name = step + [0]
      if step.elementsEqual(Self.parentName) {
        way = way.parent
        directory = try directoryItself(way)
        continue
      }
      let next = way.appending(Array(name))
      if let there = try attempt(next, UInt64(RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS)) {
        (way, directory) = (next, there)
        continue
      }
      if let target = Self.target(of: Array(name), in: directory) {
        links += 1
        guard links <= Self.maximumLinks else { throw .deadLink }
        ahead += target.split(separator: Self.slash).filter { !$0.elementsEqual(Self.ownName) }.reversed()
        guard target.first == Self.slash else { continue }
        (way, directory) = (.root, descriptor)
        continue
      }
      guard mkdirat(directory.number, next.name, 0o755) == 0 else {
        throw .system(.system("mkdirat", next.description))
      }
      (way, directory) = (next, try directoryItself(next))
    }
    return directory
  }

  private func directoryItself(_ path: EntryPath) throws(Obstacle) -> FileDescriptor {
    guard let directory = try attempt(path, UInt64(RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS)) else { throw .missing }
    return directory
  }

  /// nil where there is no symbolic link of that name.
  private static func target(of name: [CChar], in directory: FileDescriptor) -> [CChar]? {
    var target = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlinkat(directory.number, name, &target, target.count)
    return count < 0 ? nil : Array(target[..<count])
  }

  /// As many as the kernel follows on one way.
  private static let maximumLinks = 40
  private static let slash = CChar(bitPattern: UInt8(ascii: "/"))
  private static let ownName = [CChar(bitPattern: UInt8(ascii: "."))]
  private static let parentName = ownName + ownName
}

extension LayerRoot.Parent {
  fileprivate init(opening directory: FileDescriptor) {
    var status = stat()
    let isKnown = fstat(directory.number, &status) == 0
    self.init(descriptor: directory, givesItsGroup: !isKnown || status.st_mode & S_ISGID != 0)
  }
}
