import Errors
import Glibc
import ImageSpec
import Linux

/// Writes what differs between two trees as a layer, with whiteouts for what is gone. Blocks.
///
/// - Parameters:
///   - upper: the tree that the comparison's upper tree is, whose files are read.
///   - output: an empty file.
///   - progress: told now and then how many of the changes are written.
/// - Returns: what the layer came to, and the bytes of regular files in it.
/// - Throws: `GantryError` from the file system.
public func writeLayer(
  _ comparison: TreeComparison, upper: FileDescriptor, to output: FileDescriptor, _ compression: LayerCompression,
  progress: @escaping (_ done: Int64, _ total: Int64) -> Void = { _, _ in }
) throws(GantryError) -> (layer: WrittenLayer, size: Int64) {
  let changes = try comparison.changes()
  let stream = try CompressingStream(to: output, compression)
  let writer = TreeTarWriter(TreeView(upper), to: stream)
  for (index, change) in changes.enumerated() {
    if let status = change.status {
      try writer.add(change.path, status)
    } else {
      try writer.addWhiteout(change.path)
    }
    progress(Int64(index), Int64(changes.count))
  }
  try writer.finish()
  return (try stream.finish(), writer.size)
}
