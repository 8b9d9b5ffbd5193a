import Digests
import Errors
import Glibc
import Linux

extension Digest {
  /// The digest and size of what an open file holds from its position to its end. Blocks.
  ///
  /// - Throws: `GantryError` from read(2) or libcrypto.
  public static func of(_ file: FileDescriptor, _ algorithm: DigestAlgorithm = .sha256) throws(GantryError)
    -> (digest: Digest, size: Int64)
  {
    let digester = try Digester(algorithm)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 4096)
    defer { buffer.deallocate() }
    var size: Int64 = 0
    while true {
      let count = try file.read(into: buffer)
      if count == 0 { return (try digester.finish(), size) }
      try digester.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      size += Int64(count)
    }
  }
}
