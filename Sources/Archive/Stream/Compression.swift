import Errors
import Glibc
import ImageSpec
import Linux

/// How a stream of bytes is compressed, as its first bytes tell.
public enum Compression: String, Sendable, CaseIterable {
  case uncompressed
  case gzip
  case zstd
  case xz
  case bzip2

  /// Tells the compression by the magic number at the start.
  public init(magic: some Collection<UInt8>) {
    let magics: [(Compression, [UInt8])] = [
      (.gzip, [0x1F, 0x8B]), (.zstd, [0x28, 0xB5, 0x2F, 0xFD]), (.xz, [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]),
      (.bzip2, Array("BZh".utf8)),
    ]
    self =
      magics.first { magic.starts(with: $0.1) }?.0 ?? (Self.isSkippableFrame(magic) ? .zstd : .uncompressed)
  }

  /// Whether it is a frame that decompressors of zstd pass over; pzstd and the seekable formats begin with one (RFC 8878, 3.1.2).
  private static func isSkippableFrame(_ magic: some Collection<UInt8>) -> Bool {
    guard let first = magic.first else { return false }
    return first & 0xF0 == 0x50 && magic.dropFirst().starts(with: [0x2A, 0x4D, 0x18])
  }

  /// Looks at the first bytes of a seekable file and leaves its position alone.
  ///
  /// - Throws: `GantryError` from pread(2).
  public init(of file: FileDescriptor) throws(GantryError) {
    var magic = [UInt8](repeating: 0, count: 6)
    let count = try retryingOnInterrupt("pread") { pread(file.number, &magic, magic.count, 0) }
    self.init(magic: magic[..<count])
  }

  /// The layer media type's word for it; nil where the specifications have none.
  public var layerCompression: LayerCompression? {
    switch self {
    case .uncompressed: .uncompressed
    case .gzip: .gzip
    case .zstd: .zstd
    case .xz, .bzip2: nil
    }
  }
}
