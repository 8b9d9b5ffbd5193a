import Digests
import Errors
import Glibc
import ImageSpec
import Linux

/// What unpacking a layer came to.
public struct AppliedLayer: Sendable, Hashable {
  /// Digest of the uncompressed layer.
  public let diffID: Digest
  /// Bytes of regular files written, and of symbolic links' targets.
  public let size: Int64
  /// Whether the layer was to be unpacked apart and cannot be understood without those below.
  public var needsParent = false
  /// Of a layer unpacked apart: paths of directories that show nothing of the layers below.
  public var opaqueDirectories: [[UInt8]] = []
}

/// Unpacks a layer, compressed or not, into `root`, which shows the layers below. Blocks; threads of its own
/// decompress and hash meanwhile.
///
/// Where it throws, `root` is left half written and is to be thrown away.
///
/// - Parameters:
///   - blob: the layer; a regular file or a pipe.
///   - name: what messages call it, such as its digest.
///   - isApart: whether `root` shows nothing of the layers below; what this one takes away is noted as overlayfs has it.
///   - takesAbsoluteNames: whether an absolute name begins at the image's root, and is not refused.
///   - expected: the digest that the uncompressed layer must have.
///   - progress: told now and then how many bytes of the blob are done.
/// - Throws: `.invalidArgument` naming the layer and the entry that is refused, or what is wrong with the archive;
///   `.failedPrecondition` where the digest differs; `GantryError` from the file system.
public func applyLayer(
  from blob: FileDescriptor, name: String, onto root: FileDescriptor, apart isApart: Bool = false,
  takingAbsoluteNames takesAbsoluteNames: Bool = true, expecting expected: Digest?,
  progress: @escaping (Int64) -> Void = { _ in }
) throws(GantryError) -> AppliedLayer {
  do throws(GantryError) {
    let stream = try DecompressedStream(of: blob)
    stream.onProgress = progress
    let applier = LayerApplier(root: root, isApart: isApart, takesAbsoluteNames: takesAbsoluteNames)
    do throws(GantryError) { try applier.apply(TarReader(stream)) } catch {
      guard applier.needsParent else { throw error }
    }
    let digest = try stream.finish().digest
    if let expected, digest != expected {
      throw GantryError(
        .failedPrecondition,
        "its content has the digest \(digest), but its image says \(expected): one of them is damaged, or the image was made wrong"
      )
    }
    return AppliedLayer(
      diffID: digest, size: applier.size, needsParent: applier.needsParent,
      opaqueDirectories: applier.opaque.map { $0.cString.dropLast().map { UInt8(bitPattern: $0) } })
  } catch {
    throw error.wrapped("layer \(name)")
  }
}
