import Hashing
import Archive
import Digests
import Errors
import Glibc
import Linux
import Testing

/// Gzip as it comes in the wild, made by the distribution's gzip.
@Suite(.enabled(if: Scratch.has("gzip"), "gzip is not installed")) struct GzipTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func compressed(_ bytes: [UInt8], level: Int = 6) throws -> [UInt8] {
    _ = try scratch.file(bytes, "plain")
    #expect(Scratch.run(["sh", "-c", "gzip -\(level) -c '\(scratch.path)/plain' > '\(scratch.path)/packed'"]) == 0)
    return try FileDescriptor.open("\(scratch.path)/packed", O_RDONLY).readAll()
  }

  private func decompress(_ bytes: [UInt8]) throws -> (digest: Digest, size: Int64) {
    try DecompressedStream(of: scratch.file(bytes)).finish()
  }

  /// Text that shrinks, noise that does not, and a long run.
  private static func sample(_ count: Int) -> [UInt8] {
    var state: UInt32 = 7
    return (0..<count).map { place in
      state = state &* 1_664_525 &+ 1_013_904_223
      return place % 3000 < 1000 ? UInt8(truncatingIfNeeded: state >> 24) : place % 3000 < 2000 ? 65 : UInt8(place % 61)
    }
  }

  @Test(arguments: [0, 1, 262_143, 262_144, 262_145, 1_500_000], [1, 9])
  func whatGzipPacksComesOutAgain(_ count: Int, _ level: Int) throws {
    let bytes = Self.sample(count)
    let result = try decompress(compressed(bytes, level: level))
    #expect(result.size == Int64(count))
    #expect(result.digest == (try Digest.of(bytes)))
  }

  @Test func membersThatFollowEachOtherAreOneStreamAndWhatIsNoneIsLeftOut() throws {
    let bytes = Self.sample(400_000)
    let member = try compressed(bytes)
    #expect(try decompress(member + member + member).digest == Digest.of(bytes + bytes + bytes))
    #expect(try decompress(member + [UInt8](repeating: 0, count: 512)).digest == Digest.of(bytes))
  }

  @Test func whatIsDamagedOrEndsEarlyIsRefusedWhereverThatIs() throws {
    // Past the header, whose file name may be anything.
    let packed = try compressed(Self.sample(60_000))
    for place in stride(from: 32, to: packed.count - 1, by: max(1, packed.count / 97)) {
      #expect(throws: GantryError.self) { try decompress(Array(packed[..<place])) }
      var damaged = packed
      damaged[place] ^= 0x55
      #expect(throws: GantryError.self) { try decompress(damaged) }
    }
    #expect(throws: GantryError.self) { try decompress(Array(packed.dropLast())) }
  }
}
