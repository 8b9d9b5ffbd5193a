import Glibc
import Testing

/// How long the fuzzer runs: `GANTRY_FUZZ_SECONDS`, two seconds without.
/// A failure names its seed; `GANTRY_FUZZ_SEED` starts from that one.
@Suite("the protocol core under mutated and random input")
struct WireFuzzTests {
  private static func setting(_ name: String) -> UInt64? {
    getenv(name).flatMap { UInt64(String(cString: $0)) }
  }

  @Test func `no input makes the core crash, answer twice, or keep more than its limits`() async throws {
    // On a thread of its own: it keeps a processor busy, and the other tests' tasks need theirs.
    let thread = try LoopThread()
    try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
      thread.perform { loop in
        done.resume(with: Result { try Self.run() })
        loop.stop()
      }
    }
  }

  private static func run() throws {
    let seconds = setting("GANTRY_FUZZ_SECONDS") ?? 2
    let deadline = ContinuousClock.now.advanced(by: .seconds(Int64(clamping: seconds)))
    var seed = setting("GANTRY_FUZZ_SEED") ?? UInt64.random(in: 0...UInt64.max)
    // Each seed gives the next: should a round crash the process, this is where to start again.
    print("wire fuzzer: first seed is \(seed)")
    var rounds = 0
    repeat {
      try round(seed)
      rounds += 1
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    } while ContinuousClock.now < deadline
    print("wire fuzzer: \(rounds) rounds")
  }

  private static func round(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    do {
      try WireFuzzer.server(&random)
      try WireFuzzer.client(&random)
      try WireFuzzer.envelopes(&random)
    } catch {
      Issue.record("wire fuzzer failed: \(error); run it again with GANTRY_FUZZ_SEED=\(seed)")
      throw error
    }
  }
}
