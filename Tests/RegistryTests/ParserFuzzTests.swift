import Errors
import Glibc
import Registry
import Testing

/// Throws mutated headers and documents at every parser of a registry's bytes: each must answer with a value, nothing, or a
/// `GantryError`.
@Suite struct ParserFuzzTests {
  private static let seconds = getenv("GANTRY_FUZZ_SECONDS").flatMap { Double(String(cString: $0)) } ?? 2

  private static let seeds = [
    "Bearer realm=\"https://a.b/c\",service=\"s\",scope=\"repository:a/b:pull,push\", Basic realm=\"x\\\"y\"",
    "</v2/a/tags/list?last=b&n=1>; rel=\"next\", <x>; rel=prev", "bytes 0-9/10", "bytes=0-99", "0-99",
    "Fri, 31 Dec 1999 23:59:59 GMT", "Friday, 31-Dec-99 23:59:59 GMT", "Fri Dec 31 23:59:59 1999", "120",
    "https://user@[fd00::1]:5000/a/../b?c=%41#d", "//host/path", "10.0.0.0/8", "fd00::/8,.a.b:80,*.c,[::1]:5",
    "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"m\",\"detail\":[]}]}",
    "{\"token\":\"t\",\"access_token\":\"a\",\"expires_in\":300,\"refresh_token\":\"r\"}",
    "{\"results\":[{\"name\":\"library/x\",\"description\":\"d\",\"star_count\":7,\"is_official\":true}]}",
    "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":[]}",
  ].map { Array($0.utf8) }

  @Test func noMutationIsMoreThanAnError() {
    var random = SystemRandomNumberGenerator()
    let end = ContinuousClock.now + .seconds(Self.seconds)
    var count = 0
    while ContinuousClock.now < end {
      for _ in 0..<100 {
        guard var bytes = Self.seeds.randomElement(using: &random) else { return }
        for _ in 0..<Int.random(in: 1...6, using: &random) { Self.mutate(&bytes, &random) }
        Self.parse(bytes)
        count += 1
      }
    }
    #expect(count > 0)
  }

  private static func parse(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    for challenge in AuthChallenge.parse([text, text]) { #expect(!challenge.scheme.isEmpty) }
    _ = LinkHeader.next(in: [text])
    if let (range, total) = ByteRange.contentRange(text) {
      #expect(!range.isEmpty && range.lowerBound >= 0 && total.map { $0 >= range.upperBound } ?? true)
    }
    if let held = ByteRange.uploaded(text) { #expect(held >= 0) }
    if let wait = RetryAfter.seconds(text, now: 1_000_000_000) { #expect(wait >= 0) }
    if let address = try? WebAddress(text) {
      // What is sent is what was understood.
      let again = try? WebAddress(address.description)
      #expect(again == address)
      #expect(again?.origin == address.origin)
      if let next = try? address.resolving(text) { #expect(next.scheme == "http" || next.scheme == "https") }
    }
    if let said = RegistryErrorDocument.words(of: bytes) {
      #expect(!said.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F })
    }
    if let answer = try? TokenAnswer(parsing: bytes, server: "s") {
      #expect(answer.token.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
    }
    _ = try? RepositorySearch.matches(in: bytes, server: "s", limit: 3)
    _ = try? ManifestKind.mediaType(of: bytes, contentType: text, name: "m")
    _ = AddressBlock(text)
    _ = IPAddress(text)
    _ = InsecureHosts([text]).contains(host: "h", port: 1) { _ in [] }
    _ = ProxyExceptions(text).contains(host: "h.example", port: 80)
  }

  private static func mutate(_ bytes: inout [UInt8], _ random: inout SystemRandomNumberGenerator) {
    guard !bytes.isEmpty else { return bytes.append(UInt8.random(in: 0...255, using: &random)) }
    let place = Int.random(in: 0..<bytes.count, using: &random)
    switch Int.random(in: 0..<6, using: &random) {
    case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
    case 1: bytes.remove(at: place)
    case 2: bytes.insert(Array("{}[]\",:0-/@.;=<>%#?\\ ".utf8).randomElement(using: &random) ?? 0, at: place)
    case 3: bytes.removeSubrange(place...)
    case 4:
      let end = Int.random(in: place...bytes.count, using: &random)
      bytes.insert(contentsOf: bytes[place..<end], at: place)
    default: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    }
  }
}
