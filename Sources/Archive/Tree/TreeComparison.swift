import CLinux
import Errors
import Glibc
import Linux

/// Finds what differs between a tree and the one it was made from, as Docker counts it: a directory is modified where
/// something in it is, or its owner, mode or attributes are others; its time alone counts nothing.
///
/// Where the upper tree is an overlay's upper directory, only that is walked; the merged tree tells what a
/// directory that hides the one below has left of it. Not thread-safe.
public struct TreeComparison {
  private let lower: TreeView?
  private let upper: TreeView
  private let merged: TreeView
  /// Whether the upper tree holds all there is, and not the difference alone.
  private let isWhole: Bool
  private let ignored: Set<EntryPath>
  private let ignoredAncestors: Set<EntryPath>

  /// - Parameters:
  ///   - lower: the tree as it was; nil is the empty one.
  ///   - upper: the tree as it is, or an overlay's upper directory.
  ///   - merged: the tree as it is, where `upper` is an upper directory.
  ///   - ignored: mount points, and links to below /proc, that were made in the upper tree. Where they are empty, or lead there,
  ///     they are no difference.
  /// - Throws: `.invalidArgument` for a mount point that is no absolute path.
  public init(lower: FileDescriptor?, upper: FileDescriptor, merged: FileDescriptor?, ignoring ignored: [String])
    throws(GantryError)
  {
    self.lower = lower.map(TreeView.init)
    self.upper = TreeView(upper)
    self.merged = TreeView(merged ?? upper)
    isWhole = merged == nil
    var paths: Set<EntryPath> = []
    for text in ignored {
      do throws(EntryPath.Refusal) { paths.insert(try EntryPath(text: String(text.drop { $0 == "/" }))) } catch {
        throw GantryError(.invalidArgument, "the mount point \"\(text)\" is refused: \(error.rawValue)")
      }
    }
    self.ignored = paths
    ignoredAncestors = Set(paths.flatMap(\.ancestors))
  }

  /// All differences, each directory before what is in it, sorted by name.
  ///
  /// - Throws: `GantryError` from the file system.
  public func changes() throws(GantryError) -> [TreeChange] { try changes(in: .root, hasLower: lower != nil) }

  private func changes(in path: EntryPath, hasLower: Bool) throws(GantryError) -> [TreeChange] {
    try check(path)
    guard let directory = try upper.directory(path) else { return [] }
    let below = hasLower ? try lower?.directory(path) : nil
    var changes: [TreeChange] = []
    let names = try TreeView.names(directory)
    for name in names {
      guard let status = try TreeView.status(name, in: directory) else { continue }
      let before = try below.flatMap { (below) throws(GantryError) in try TreeView.status(name, in: below) }
      let child = path.appending(name)
      if !isWhole, Self.isWhiteout(status) {
        if before != nil { changes.append(TreeChange(kind: .deleted, path: child, status: nil)) }
        continue
      }
      changes += try self.changes(child, name, status, in: directory, before, in: below)
    }
    if let below {
      let gone = try deletions(path, below, Set(names))
      if !gone.isEmpty {
        changes = Self.merge(changes, gone)
      }
    }
    return changes
  }

  /// What the lower directory has and the tree does not have any more, whiteouts left out.
  private func deletions(
    _ path: EntryPath, _ below: FileDescriptor, _ names: Set<[CChar]>
  ) throws(GantryError) -> [TreeChange] {
    let missing = try TreeView.names(below).filter { !names.contains($0) }
    guard !missing.isEmpty else { return [] }
    let left = isWhole ? nil : try merged.directory(path)
    var gone: [TreeChange] = []
    for name in missing {
      if let left, try TreeView.status(name, in: left) != nil { continue }
      gone.append(TreeChange(kind: .deleted, path: path.appending(name), status: nil))
    }
    return gone
  }

  /// Two sorted lists as one; what belongs to a directory stays behind it.
  private static func merge(_ changes: [TreeChange], _ gone: [TreeChange]) -> [TreeChange] {
    func precedes(_ left: TreeChange, _ right: TreeChange) -> Bool {
      left.path.components.lexicographicallyPrecedes(right.path.components) {
        $0.lexicographicallyPrecedes($1) { UInt8(bitPattern: $0) < UInt8(bitPattern: $1) }
      }
    }
    return (changes + gone).sorted(by: precedes)
  }

  private func changes(
    _ path: EntryPath, _ name: [CChar], _ status: stat, in directory: FileDescriptor, _ before: stat?,
    in below: FileDescriptor?
  ) throws(GantryError) -> [TreeChange] {
    let isDirectory = status.st_mode & S_IFMT == S_IFDIR
    guard let before else {
      let inner = isDirectory ? try changes(in: path, hasLower: false) : []
      if inner.isEmpty, try isMountPoint(path, status) { return [] }
      return [TreeChange(kind: .added, path: path, status: status)] + inner
    }
    let wasDirectory = before.st_mode & S_IFMT == S_IFDIR
    let inner = isDirectory ? try changes(in: path, hasLower: wasDirectory) : []
    var isOther = Self.differs(status, before)
    if !isOther {
      isOther = try attributesDiffer(path, isDirectory: isDirectory, isFile: status.st_mode & S_IFMT == S_IFREG)
    }
    guard isOther || !inner.isEmpty else { return [] }
    return [TreeChange(kind: .modified, path: path, status: status)] + inner
  }

  /// Whether it was made to mount something on, and is as empty as it was then. Nothing that counts is in it.
  private func isMountPoint(_ path: EntryPath, _ status: stat) throws(GantryError) -> Bool {
    switch status.st_mode & S_IFMT {
    case S_IFREG: return ignored.contains(path) && status.st_size == 0
    // /etc/mtab, which leads to what the kernel says.
    case S_IFLNK where ignored.contains(path): return try upper.linkTarget(path)?.starts(with: "/proc/".utf8) == true
    case S_IFDIR where ignored.contains(path): return true
    // It is there for the mount points in it, unless it is empty.
    case S_IFDIR where ignoredAncestors.contains(path):
      guard let directory = try upper.directory(path) else { return false }
      return try !directory.rawDirectoryEntries().isEmpty
    default: return false
    }
  }

  private static func isWhiteout(_ status: stat) -> Bool {
    status.st_mode & S_IFMT == S_IFCHR && status.st_rdev == 0
  }

  private static func differs(_ status: stat, _ before: stat) -> Bool {
    if status.st_mode != before.st_mode || status.st_uid != before.st_uid || status.st_gid != before.st_gid {
      return true
    }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: return false
    case S_IFCHR, S_IFBLK: if status.st_rdev != before.st_rdev { return true }
    default: if status.st_size != before.st_size { return true }
    }
    return status.st_mtim.tv_sec != before.st_mtim.tv_sec || status.st_mtim.tv_nsec != before.st_mtim.tv_nsec
  }

  private func attributesDiffer(_ path: EntryPath, isDirectory: Bool, isFile: Bool) throws(GantryError) -> Bool {
    guard isDirectory || isFile, let lower else { return false }
    let flags = O_RDONLY | O_NONBLOCK | (isDirectory ? O_DIRECTORY : 0)
    guard let file = try upper.open(path, flags), let old = try lower.open(path, flags) else { return false }
    let (now, before) = (try TreeView.attributes(of: file), try TreeView.attributes(of: old))
    return !now.elementsEqual(before) { $0 == $1 }
  }
}
