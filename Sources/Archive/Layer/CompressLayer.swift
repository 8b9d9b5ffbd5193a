import Digests
import Errors
import ImageSpec
import Linux

/// Writes a layer anew, compressed as asked. Blocks; threads of its own decompress, compress and hash.
///
/// - Parameters:
///   - blob: the layer, compressed or not; a regular file.
///   - progress: told now and then how many bytes of the blob are done.
/// - Throws: `.invalidArgument` where the blob is damaged; `GantryError` from the file system.
public func compressLayer(
  _ blob: FileDescriptor, to output: FileDescriptor, _ compression: LayerCompression,
  progress: @escaping (Int64) -> Void = { _ in }
) throws(GantryError) -> WrittenLayer {
  let source = try DecompressedStream(of: blob)
  source.onProgress = progress
  let target = try CompressingStream(to: output, compression)
  while let chunk = try source.next() { try target.take(chunk) }
  return try target.finish()
}
