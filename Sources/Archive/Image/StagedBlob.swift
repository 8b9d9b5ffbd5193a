import Digests
import ImageSpec

/// A blob that lies in the staging directory, in a file named by its hexadecimal SHA-256.
public struct StagedBlob: Sendable, Hashable {
  public let mediaType: MediaType
  public let digest: Digest
  /// In bytes.
  public let size: Int64
}

extension StagedBlob {
  /// As a manifest refers to it.
  var descriptor: Descriptor { Descriptor(mediaType: mediaType, digest: digest, size: size) }
}
