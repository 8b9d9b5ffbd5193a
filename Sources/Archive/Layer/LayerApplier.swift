import CLinux
import Errors
import Glibc
import Linux

/// Unpacks the entries of one layer into a directory that shows the layers below. Not thread-safe.
///
/// It trusts nothing: names cannot leave the directory, nothing is written through links out of it, whiteouts and device nodes stand
/// where the specification has them. Each refusal is `.invalidArgument` and names the entry.
///
/// - SeeAlso: OCI image-spec, layer.md, "Applying Changesets".
final class LayerApplier {
  let root: LayerRoot
  /// Whether the layers below are out of sight: what this one takes away is noted for overlayfs.
  let isApart: Bool
  /// Whether an absolute name begins at the image's root: Kaniko, ko and Bazel write layers so, and other engines read them so.
  let takesAbsoluteNames: Bool
  /// Whether the layer turned out to need those below. What was unpacked is worth nothing then.
  private(set) var needsParent = false
  /// Directories that show nothing of the layers below.
  var opaque: Set<EntryPath> = []
  /// Bytes of regular files, their holes included.
  var size: Int64 = 0
  /// What this layer brought, and the directories on the way there: whiteouts spare it.
  private(set) var own: Set<EntryPath> = []
  /// Set last, because writing into a directory changes its time.
  private var directoryTimes: [(path: EntryPath, time: timespec)] = []

  init(root: FileDescriptor, isApart: Bool = false, takesAbsoluteNames: Bool = true) {
    self.root = LayerRoot(root)
    self.isApart = isApart
    self.takesAbsoluteNames = takesAbsoluteNames
  }

  /// Gives the layer up: only with those below in sight can it be told what the entry means.
  func parentNeeded(by entry: TarEntry) -> GantryError {
    needsParent = true
    return GantryError(.failedPrecondition, "entry \"\(entry.nameText)\" needs the layers below")
  }

  /// Unpacks all entries.
  ///
  /// - Throws: `.invalidArgument` naming the entry that has no place in a layer; `GantryError` from the file system.
  func apply(_ reader: TarReader) throws(GantryError) {
    while let entry = try reader.next() { try apply(entry, reader) }
    for (path, time) in directoryTimes.reversed() { setTime(of: path, time) }
  }

  func refusal(_ entry: TarEntry, _ reason: String) -> GantryError {
    GantryError(.invalidArgument, "entry \"\(entry.nameText)\" is refused: \(reason)")
  }

  private func apply(_ entry: TarEntry, _ reader: TarReader) throws(GantryError) {
    let path: EntryPath
    do throws(EntryPath.Refusal) {
      path = try entry.rawName.withUnsafeBufferPointer { buffer in
        Result { () throws(EntryPath.Refusal) in try EntryPath(buffer, mayBeAbsolute: takesAbsoluteNames) }
      }.get()
    } catch { throw refusal(entry, error.rawValue) }
    if path.isRoot { return try applyRoot(entry) }
    if let ancestor = path.ancestors.first(where: { Whiteout.isReserved($0.name) }) {
      // AUFS kept files in directories of its own; they mean nothing here.
      if (try? Whiteout(name: ancestor.name)) == .bookkeeping { return }
      throw refusal(entry, "\"\(ancestor)\" is a whiteout's name, and no directory")
    }
    let whiteout: Whiteout?
    do throws(WhiteoutRefusal) { whiteout = try Whiteout(name: path.name) } catch {
      throw refusal(entry, error.reason)
    }
    if let whiteout { return try apply(whiteout, entry, path) }
    try place(entry, path, reader)
    noteOwn(path)
  }

  private func noteOwn(_ path: EntryPath) {
    var path = path
    while !path.isRoot, own.insert(path).inserted { path = path.parent }
  }

  private func applyRoot(_ entry: TarEntry) throws(GantryError) {
    guard entry.kind == .directory else { throw refusal(entry, "the root is a directory and nothing else") }
    try setMetadata(ofDirectory: root.descriptor, entry)
    directoryTimes.append((.root, entry.modified))
  }

  /// The directory that an entry goes into.
  func parent(of path: EntryPath, _ entry: TarEntry, creating: Bool = true) throws(GantryError) -> LayerRoot.Parent? {
    do throws(LayerRoot.Obstacle) { return try root.openParent(path.parent, creating: creating && !isApart) } catch {
      switch error {
      case .notADirectory where creating && !isApart:
        guard try clearWay(to: path) else { throw refusal(entry, "what it lies below is no directory") }
        return try parent(of: path, entry)
      case .linkOfThisLayer(let link):
        throw refusal(entry, "it lies below \"\(link)\", which this layer makes a symbolic link out of the image")
      case .deadLink: throw refusal(entry, "it lies below a symbolic link that leads nowhere in the image")
      case .notADirectory: throw refusal(entry, "what it lies below is no directory")
      case .missing:
        guard !isApart else { throw parentNeeded(by: entry) }
        return nil
      case .system(let error): throw error.wrapped("entry \"\(entry.nameText)\"")
      }
    }
  }

  /// Takes away what layers below have where this one has a directory.
  ///
  /// - Returns: whether anything was in the way.
  private func clearWay(to path: EntryPath) throws(GantryError) -> Bool {
    for step in path.ancestors where !step.isRoot && !own.contains(step) {
      guard let above = try? root.openParent(step.parent, creating: false) else { return false }
      var status = stat()
      let isThere = fstatat(above.descriptor.number, step.name, &status, AT_SYMLINK_NOFOLLOW) == 0
      guard isThere, ![S_IFDIR, S_IFLNK].contains(status.st_mode & S_IFMT) else { continue }
      try above.descriptor.removeTree(rawName: step.name)
      root.forgetParent()
      return true
    }
    return false
  }

  private func place(_ entry: TarEntry, _ path: EntryPath, _ reader: TarReader) throws(GantryError) {
    guard let parent = try parent(of: path, entry) else { throw refusal(entry, "its directory cannot be made") }
    do throws(GantryError) {
      switch entry.kind {
      case .file: try placeFile(entry, path, parent, reader)
      case .directory: try placeDirectory(entry, path, parent)
      case .symbolicLink: try placeSymbolicLink(entry, path, parent)
      case .hardLink: try placeHardLink(entry, path, parent)
      case .characterDevice, .blockDevice, .fifo: try placeNode(entry, path, parent)
      case .other: throw refusal(entry, "a layer holds nothing of its kind")
      }
    } catch {
      guard error.errno != nil else { throw error }
      throw error.wrapped("entry \"\(entry.nameText)\"")
    }
  }

  /// Makes an entry; what is in its way goes first.
  func making(_ path: EntryPath, in parent: LayerRoot.Parent, _ call: String, _ make: () -> Int32) throws(GantryError)
    -> Int32
  {
    for isLast in [false, true] {
      let result = make()
      if result != -1 { return result }
      let code = gantry_errno()
      guard code == EEXIST, !isLast else { throw .system(call, path.description, errno: code) }
      try parent.descriptor.removeTree(rawName: path.name)
      opaque.remove(path)
      root.forgetParent()
    }
    return -1
  }

  private func placeFile(_ entry: TarEntry, _ path: EntryPath, _ parent: LayerRoot.Parent, _ reader: TarReader)
    throws(GantryError)
  {
    let name = path.name
    let number = try making(path, in: parent, "openat") {
      gantry_openat(
        parent.descriptor.number, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, entry.permissions & 0o777)
    }
    let file = FileDescriptor(adopting: number)
    var end: Int64 = 0
    try reader.data { (bytes, offset) throws(GantryError) in
      try file.writeAll(bytes, at: offset)
      end = offset + Int64(bytes.count)
    }
    size += entry.size
    if end < entry.size {
      // The file ends in a hole.
      try retryingOnInterrupt("ftruncate", path.description) { ftruncate(file.number, Int(entry.size)) }
    }
    try setMetadata(ofFile: file, entry, givesItsGroup: parent.givesItsGroup)
  }

  private func placeDirectory(_ entry: TarEntry, _ path: EntryPath, _ parent: LayerRoot.Parent) throws(GantryError) {
    let name = path.name
    var status = stat()
    let isThere = fstatat(parent.descriptor.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0
    if !isThere || status.st_mode & S_IFMT != S_IFDIR {
      _ = try making(path, in: parent, "mkdirat") {
        mkdirat(parent.descriptor.number, name, entry.permissions & 0o777)
      }
      // What stood here hid the layers below, and so must what takes its place.
      if isApart, isThere { opaque.insert(path) }
    }
    let number = try retryingOnInterrupt("openat", path.description) {
      gantry_openat(parent.descriptor.number, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0)
    }
    root.forgetParent()
    try setMetadata(ofDirectory: FileDescriptor(adopting: number), entry)
    directoryTimes.append((path, entry.modified))
  }

  private func setTime(of path: EntryPath, _ time: timespec) {
    // A later entry may have taken the directory away or its name for something else: then there is nothing to do.
    guard let directory = try? root.openParent(path, creating: false) else { return }
    let times = [time, time]
    _ = futimens(directory.descriptor.number, times)
  }
}
