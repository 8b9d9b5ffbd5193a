import Hashing
import Digests
import Errors
import Glibc
import Linux
import Messages
import Testing

/// How fast a blob comes, and in how much memory. Prints its figures; run with GANTRY_FIGURES=1.
@Suite(
  .enabled(if: getenv("GANTRY_FIGURES") != nil, "figures are taken on demand"),
  .enabled(if: TestRegistry.isInstalled && RegistryProcess.program != nil))
struct FetchFigures {
  @Test(arguments: [81, 2048]) func ofABlobOfMegabytes(megabytes: Int) async throws {
    let registry = try await TestRegistry()
    let source = try registry.scratch.file([], "source")
    let digester = try Digester()
    let piece = Scratch.noise(1 << 20)
    for _ in 0..<megabytes {
      try source.writeAll(piece)
      try digester.update(piece)
    }
    let blob = GantryWorkerV1.Blob(digest: try digester.finish().description, size: Int64(megabytes) << 20)
    let target = try registry.scratch.file([], "target")
    for name in ["push", "fetch"] {
      let process = try RegistryProcess()
      _ = try await process.client.configure(.init(host: registry.host))
      let start = ContinuousClock.now
      if name == "push" {
        _ = try await process.push("t", blob, from: source)
      } else {
        _ = try await process.fetch("t", blob, into: target)
      }
      let time = start.duration(to: .now)
      let (isClean, memory) = process.end()
      #expect(isClean && memory < 64 << 20)
      print("\(name) of \(megabytes) MiB: \(time / 1000 * 1000), peak \(memory >> 20) MiB")
    }
  }
}
