import Digests
import ImageSpec
import Messages

/// A manifest, an index or a config as the registry sent it, its digest checked.
struct Document: Sendable {
  let mediaType: MediaType
  let digest: Digest
  let bytes: [UInt8]

  var blob: GantryWorkerV1.Blob {
    .init(mediaType: mediaType.rawValue, digest: digest.description, size: Int64(bytes.count))
  }
}
