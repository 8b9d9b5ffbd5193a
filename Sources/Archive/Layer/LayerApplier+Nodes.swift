import CLinux
import Errors
import Glibc
import Linux

extension LayerApplier {
  func placeSymbolicLink(_ entry: TarEntry, _ path: EntryPath, _ parent: LayerRoot.Parent) throws(GantryError) {
    guard !entry.rawTarget.isEmpty else { throw refusal(entry, "the symbolic link points at nothing") }
    let (target, name) = (entry.rawTarget + [0], path.name)
    _ = try making(path, in: parent, "symlinkat") { symlinkat(target, parent.descriptor.number, name) }
    if leadsOut(entry.rawTarget, from: path) { root.noteOutwardLink(at: path) }
    // As Docker counts what a layer takes: a link is as long as its target.
    size += Int64(entry.rawTarget.count)
    try setOwnerAndTime(ofLink: name, entry, parent)
  }

  /// Whether a link's target, read as text, is absolute or has more `..` than directories to leave.
  ///
  /// In a container it leads no further than the root, where the kernel stops it; outside of one it would.
  private func leadsOut(_ target: [CChar], from path: EntryPath) -> Bool {
    let slash = CChar(bitPattern: UInt8(ascii: "/"))
    guard target.first != slash else { return true }
    var depth = path.depth
    for component in target.split(separator: slash) {
      switch EntryPath.text(component) {
      case ".": break
      case "..":
        depth -= 1
        if depth < 0 { return true }
      default: depth += 1
      }
    }
    return false
  }

  func placeHardLink(_ entry: TarEntry, _ path: EntryPath, _ parent: LayerRoot.Parent) throws(GantryError) {
    let target: EntryPath
    do throws(EntryPath.Refusal) {
      target = try entry.rawTarget.withUnsafeBufferPointer { buffer in
        Result { () throws(EntryPath.Refusal) in try EntryPath(buffer, mayBeAbsolute: takesAbsoluteNames) }
      }.get()
    } catch { throw refusal(entry, "its hard link's target \"\(entry.targetText)\": \(error.rawValue)") }
    guard target != path else { throw refusal(entry, "it is a hard link to itself") }
    guard let source = try self.parent(of: target, entry, creating: false) else {
      throw refusal(entry, "its hard link's target \"\(entry.targetText)\" is not in the image")
    }
    let (targetName, name) = (target.name, path.name)
    var status = stat()
    guard fstatat(source.descriptor.number, targetName, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
      guard !isApart else { throw parentNeeded(by: entry) }
      throw refusal(entry, "its hard link's target \"\(entry.targetText)\" is not in the image")
    }
    guard status.st_mode & S_IFMT != S_IFDIR else {
      throw refusal(entry, "its hard link's target \"\(entry.targetText)\" is a directory")
    }
    guard !isApart || own.contains(target) else { throw parentNeeded(by: entry) }
    _ = try making(path, in: parent, "linkat") {
      linkat(source.descriptor.number, targetName, parent.descriptor.number, name, 0)
    }
  }

  func placeNode(_ entry: TarEntry, _ path: EntryPath, _ parent: LayerRoot.Parent) throws(GantryError) {
    let type: mode_t =
      switch entry.kind {
      case .characterDevice: S_IFCHR
      case .blockDevice: S_IFBLK
      default: S_IFIFO
      }
    guard !(entry.kind == .characterDevice && entry.device == 0) else {
      throw refusal(entry, "the character device 0:0 is how overlayfs marks what is gone, and not for a layer to hold")
    }
    let name = path.name
    _ = try making(path, in: parent, "mknodat") {
      mknodat(
        parent.descriptor.number, name, type | (entry.permissions & 0o777), entry.kind == .fifo ? 0 : entry.device)
    }
    try setOwnerAndTime(ofNode: name, entry, parent)
  }

  func apply(_ whiteout: Whiteout, _ entry: TarEntry, _ path: EntryPath) throws(GantryError) {
    guard whiteout != .bookkeeping else { return }
    guard entry.kind == .file || entry.kind == .hardLink else {
      throw refusal(entry, "a whiteout is an empty file and nothing else")
    }
    guard let directory = try parent(of: path, entry, creating: false) else { return }
    guard !isApart else { return try note(whiteout, entry, path, in: directory) }
    switch whiteout {
    case .entry(let name): try remove(name, in: directory.descriptor, path.parent)
    case .opaqueDirectory:
      for name in try directory.descriptor.rawDirectoryEntries() {
        try remove(name, in: directory.descriptor, path.parent)
      }
    case .bookkeeping: break
    }
    root.forgetParent()
  }

  /// Writes down, as overlayfs has it, what is taken away of layers that are out of sight.
  private func note(_ whiteout: Whiteout, _ entry: TarEntry, _ path: EntryPath, in directory: LayerRoot.Parent)
    throws(GantryError)
  {
    guard case .entry(let name) = whiteout else {
      guard !path.parent.isRoot else { throw parentNeeded(by: entry) }
      opaque.insert(path.parent)
      return
    }
    let place = path.parent.appending(name)
    var status = stat()
    guard fstatat(directory.descriptor.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
      try retryingOnInterrupt("mknodat", place.description) {
        mknodat(directory.descriptor.number, name, S_IFCHR, 0)
      }
      return
    }
    // This layer has brought something of the name: it hides what is below, and a directory must be told to.
    if status.st_mode & S_IFMT == S_IFDIR { opaque.insert(place) }
  }

  /// Removes what layers below brought, and spares what this one did.
  private func remove(_ name: [CChar], in directory: FileDescriptor, _ path: EntryPath) throws(GantryError) {
    let place = path.appending(name)
    guard own.contains(place) else { return try directory.removeTree(rawName: name) }
    guard let child = try? directory.openDirectory(rawName: name) else { return }
    for below in try child.rawDirectoryEntries() { try remove(below, in: child, place) }
  }
}
