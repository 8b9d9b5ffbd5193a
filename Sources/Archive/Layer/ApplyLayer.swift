import Digests
import Errors
import Glibc
import ImageSpec
import Linux

/// What unpacking a layer came to.
public struct AppliedLayer: Sendable, Hashable {
  /// Digest of the uncompressed layer.
  public let diffID: Digest
  /// Bytes of regular files written.
  public let size: Int64
}

/// Unpacks a layer, compressed or not, into `root`, which shows the layers below. Blocks; threads of its own
/// decompress and hash meanwhile.
///
/// Where it throws, `root` is left half written and is to be thrown away.
///
/// - Parameters:
///   - blob: the layer; a regular file.
///   - name: what messages call it, such as its digest.
///   - expected: the digest that the uncompressed layer must have.
///   - progress: told now and then how many bytes of the blob are done.
/// - Throws: `.invalidArgument` naming the layer and the entry that is refused, or what is wrong with the archive;
///   `.failedPrecondition` where the digest differs; `GantryError` from the file system.
public func applyLayer(
  from blob: FileDescriptor, name: String, onto root: FileDescriptor, expecting expected: Digest?,
  progress: @escaping (Int64) -> Void = { _ in }
) throws(GantryError) -> AppliedLayer {
  do throws(GantryError) {
    let stream = try DecompressedStream(of: blob)
    stream.onProgress = progress
    let applier = LayerApplier(root: root)
    try applier.apply(TarReader(stream))
    let digest = try stream.finish().digest
    if let expected, digest != expected {
      throw GantryError(
        .failedPrecondition,
        "its content has the digest \(digest), but its image says \(expected): fetch the image anew")
    }
    return AppliedLayer(diffID: digest, size: applier.size)
  } catch {
    throw error.wrapped("layer \(name)")
  }
}
