import Archive
import Errors
import Glibc
import ImageSpec
import Linux
import Testing

/// Compressing into a file that takes no more.
struct CompressionFailureTests {
  /// Twice what the queues hold, and nothing that shrinks: the failure comes while much is on its way.
  @Test(arguments: [LayerCompression.gzip, .zstd, .uncompressed])
  func aFullDiskIsToldAndNothingElseHappens(_ compression: LayerCompression) throws {
    let scratch = try Scratch()
    var state: UInt64 = 9
    let noise = (0..<(12 << 20)).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 33)
    }
    for _ in 0..<3 {
      let error = #expect(throws: GantryError.self) {
        try compressLayer(scratch.file(noise), to: .open("/dev/full", O_WRONLY), compression)
      }
      #expect(error?.errno == ENOSPC, "\(String(describing: error))")
    }
  }
}
