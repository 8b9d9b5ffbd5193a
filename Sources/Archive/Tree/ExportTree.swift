import Errors
import Glibc
import Linux

/// Writes a whole tree as a tar, sorted by path. Blocks.
///
/// - Parameters:
///   - root: the tree; it may change meanwhile.
///   - output: anything that can be written to.
///   - progress: told now and then how many bytes were written.
/// - Returns: bytes of regular files.
/// - Throws: `GantryError` from the file system or from whoever reads.
public func exportTree(
  _ root: FileDescriptor, to output: FileDescriptor, progress: @escaping (Int64) -> Void = { _ in }
) throws(GantryError) -> Int64 {
  let tree = TreeView(root)
  let sink = DescriptorSink(output)
  let writer = TreeTarWriter(tree, to: sink)
  func walk(_ path: EntryPath) throws(GantryError) {
    guard let names = try tree.directory(path).map({ (directory) throws(GantryError) in try children(directory) })
    else { return }
    for (name, status) in names {
      let child = path.appending(name)
      try check(child)
      try writer.add(child, status)
      if status.st_mode & S_IFMT == S_IFDIR { try walk(child) }
    }
    progress(sink.count)
  }
  func children(_ directory: FileDescriptor) throws(GantryError) -> [(name: [CChar], status: stat)] {
    var found: [(name: [CChar], status: stat)] = []
    for name in try TreeView.names(directory) {
      if let status = try TreeView.status(name, in: directory) { found.append((name, status)) }
    }
    return found
  }
  try walk(.root)
  try writer.finish()
  try sink.flush()
  return writer.size
}

/// A tar and a layer name nothing deeper than the kernel's own limit.
func check(_ path: EntryPath) throws(GantryError) {
  guard path.cString.count <= Int(PATH_MAX) else {
    throw GantryError(
      .invalidArgument, "/\(path.description.prefix(60))… lies deeper than \(PATH_MAX) bytes of path: move it up")
  }
}
