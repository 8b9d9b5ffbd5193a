import Hashing
import Digests
import Errors
import Testing

@Suite struct DigestTests {
  private static let empty = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

  @Test func computesKnownValues() throws {
    #expect(try Digest.of([]).description == Self.empty)
    #expect(
      try Digest.of("abc".utf8).hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(try Digest.of("abc".utf8, .sha512).hex.hasPrefix("ddaf35a193617abacc417349ae204131"))
  }

  @Test func piecesGiveTheSameAsTheWholeAndTheDigesterStartsAfresh() throws {
    let digester = try Digester()
    let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    for start in stride(from: 0, to: bytes.count, by: 777) {
      try digester.update(bytes[start..<min(start + 777, bytes.count)])
    }
    #expect(try digester.finish() == Digest.of(bytes))
    #expect(try digester.finish().description == Self.empty)
  }

  @Test func readsWhatItWrites() throws {
    let digest = try Digest(parsing: Self.empty)
    #expect(digest.algorithm == .sha256)
    #expect(digest.description == Self.empty)
    #expect(digest.short == "e3b0c44298fc")
  }

  @Test(arguments: [
    "", "sha256", "sha256:", "sha256:abc", "md5:d41d8cd98f00b204e9800998ecf8427e",
    ":" + String(repeating: "a", count: 64),
    "sha256:" + String(repeating: "A", count: 64), "sha256:" + String(repeating: "a", count: 65),
    "sha256:../../" + String(repeating: "a", count: 58), "sha512:" + String(repeating: "a", count: 64),
  ])
  func refusesWhatIsNoDigest(text: String) {
    let error = #expect(throws: GantryError.self) { try Digest(parsing: text) }
    #expect(error?.code == .invalidArgument)
    #expect(error?.message.contains("is not a digest") == true)
  }

  @Test func chainIDsFollowTheSpecification() throws {
    let layers = try ["a", "b", "c"].map { try Digest.of($0.utf8) }
    let chain = try Digest.chainIDs(layers)
    #expect(chain[0] == layers[0])
    #expect(chain[1] == (try Digest.of("\(layers[0]) \(layers[1])".utf8)))
    #expect(chain[2] == (try Digest.of("\(chain[1]) \(layers[2])".utf8)))
    #expect(try Digest.chainIDs([]).isEmpty)
  }
}
