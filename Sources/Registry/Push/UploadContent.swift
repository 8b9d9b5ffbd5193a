import Digests
import Linux

/// A blob to be sent: the file that holds it and what it is called.
struct UploadContent: Sendable {
  let file: FileDescriptor
  let digest: Digest
  let size: Int64
}
