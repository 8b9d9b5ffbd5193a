import References
import Digests
import Errors
import Glibc
import ImageSpec
import Testing

/// Throws mutated documents at every parser: each must answer with a value or a `GantryError`.
@Suite struct DocumentFuzzTests {
  private static let seconds = getenv("GANTRY_FUZZ_SECONDS").flatMap { Double(String(cString: $0)) } ?? 2

  private static let seeds: [[UInt8]] = {
    let digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    let descriptor = "{\"mediaType\":\"a/b\",\"digest\":\"\(digest)\",\"size\":7,\"annotations\":{\"k\":\"v\"}}"
    return [
      "{\"schemaVersion\":2,\"config\":\(descriptor),\"layers\":[\(descriptor),\(descriptor)]}",
      "{\"schemaVersion\":2,\"manifests\":[\(descriptor)]}",
      "{\"os\":\"linux\",\"config\":{\"Env\":[\"A=b\"],\"Volumes\":{\"/x\":{}},\"Healthcheck\":{}},"
        + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"\(digest)\"]}}",
      "[{\"Config\":\"c\",\"RepoTags\":[\"a:b\"],\"Layers\":[\"l\"]}]",
      "localhost:5000/a/b_c--d.e:tag@\(digest)", "linux/arm64/v8", digest,
    ].map { Array($0.utf8) }
  }()

  @Test func noMutationOfADocumentIsMoreThanAnError() {
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
    if let manifest = try? Manifest(parsing: bytes, name: "m") {
      #expect((try? Manifest(parsing: manifest.serialized(), name: "m")) == manifest)
    }
    if let index = try? Index(parsing: bytes, name: "i") {
      #expect((try? Index(parsing: index.serialized(), name: "i")) == index)
    }
    if let config = try? ImageConfig(parsing: bytes, name: "c") {
      #expect((try? ImageConfig(parsing: config.serialized(), name: "c")) == config)
    }
    _ = try? DockerSaveManifest.parse(bytes, name: "d")
    if let reference = try? Reference(parsing: text) {
      #expect((try? Reference(parsing: reference.familiar)) == reference)
    }
    _ = try? Platform(parsing: text)
    _ = try? Digest(parsing: text)
  }

  private static func mutate(_ bytes: inout [UInt8], _ random: inout SystemRandomNumberGenerator) {
    guard !bytes.isEmpty else { return bytes.append(UInt8.random(in: 0...255, using: &random)) }
    let place = Int.random(in: 0..<bytes.count, using: &random)
    switch Int.random(in: 0..<6, using: &random) {
    case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
    case 1: bytes.remove(at: place)
    case 2: bytes.insert(Array("{}[]\",:0-/@.".utf8).randomElement(using: &random) ?? 0, at: place)
    case 3: bytes.removeSubrange(place...)
    case 4:
      let end = Int.random(in: place...bytes.count, using: &random)
      bytes.insert(contentsOf: bytes[place..<end], at: place)
    default: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    }
  }
}
