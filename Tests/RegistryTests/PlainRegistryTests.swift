import Digests
import Errors
import Glibc
import Linux
import Messages
import Testing

@Suite(
  .enabled(if: TestRegistry.isInstalled, "docker-registry, skopeo, python3, openssl or htpasswd is missing"),
  .enabled(if: RegistryProcess.program != nil, "gantryd is not built beside the tests"))
struct PlainRegistryTests {
  @Test func aBlobGoesThereAndComesBack() async throws {
    let registry = try await TestRegistry()
    let bytes = Scratch.noise(3_000_001)
    let blob = try Scratch.blob(of: bytes)
    let source = try registry.scratch.file(bytes, "source")
    try await withRegistryClient(.init(host: registry.host)) { process in
      #expect(try await process.push("a/b", blob, from: source).result?.outcome == .pushed)
      #expect(try await process.push("a/b", blob, from: source).result?.outcome == .existed)
      let mounted = try await process.push("c", blob, from: source, mountFrom: ["nothing/there", "a/b"])
      #expect(mounted.result == .init(outcome: .mounted, mountedFrom: "a/b"))
      let target = try registry.scratch.file([], "target")
      let fetched = try await process.fetch("c", blob, into: target)
      #expect(fetched.result == .init(size: blob.size, digest: blob.digest, fetched: blob.size))
      #expect(try registry.scratch.bytes("target") == bytes)
      let again = try await process.fetch("c", blob, into: target)
      #expect(again.result == .init(size: blob.size, digest: blob.digest, fetched: 0))
    }
  }
}
