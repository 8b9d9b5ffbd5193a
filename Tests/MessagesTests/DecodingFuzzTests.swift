import Errors
import Glibc
import Messages
import Testing
import Wire

/// Changed, cut and joined messages: each is refused or read, and what was read comes out as it went in.
///
/// GANTRY_FUZZ_SECONDS says how long; GANTRY_FUZZ_SEED repeats a run.
@Suite struct DecodingFuzzTests {
  @Test func neitherCrashesNorLosesAnything() {
    let seconds = Int(environment("GANTRY_FUZZ_SECONDS") ?? "") ?? 2
    let seed = UInt64(environment("GANTRY_FUZZ_SEED") ?? "") ?? UInt64(time(nil))
    var random = SplitMix(state: seed)
    let corpus = Self.corpus
    let end = ContinuousClock.now + .seconds(seconds)
    var rounds = 0
    while ContinuousClock.now < end {
      for _ in 0..<100 {
        var bytes = corpus[Int(random.next() % UInt64(corpus.count))]
        for _ in 0...(random.next() % 4) { random.mutate(&bytes, corpus) }
        Self.decodeEverything(bytes, seed)
        rounds += 1
      }
    }
    #expect(rounds > 0, "seed \(seed)")
  }

  static let corpus: [[UInt8]] = [
    Shapes.full.serialized(),
    ContainerdTaskV2.CreateTaskRequest(
      id: "c1", bundle: "/run/x", rootfs: [.init(type: "overlay", source: "overlay", options: ["lowerdir=/a", "ro"])],
      terminal: true, options: .init(packing: ContainerdRuncV1.Options(binaryName: "runc"))
    ).serialized(),
    GantryRuntimeV1.SpecRequest(
      container: .init(
        id: "c", args: ["sh", "-c", "true"], ulimits: [.init(name: "nofile", soft: 1, hard: -1)], sysctls: ["a": "b"])
    ).serialized(),
    GantryWorkerV1.ReadArchiveEvent(event: .progress(.init(subject: "x", current: 1, total: 9))).serialized(),
    Ttrpc.Response(status: .init(code: 5, message: "no", details: [.init(typeUrl: "x", value: [1])])).serialized(),
    UnknownFieldsTests.bytes,
  ]

  static func decodeEverything(_ bytes: [UInt8], _ seed: UInt64) {
    decode(Shapes.self, bytes, seed)
    decode(ContainerdTaskV2.CreateTaskRequest.self, bytes, seed)
    decode(GantryRuntimeV1.SpecRequest.self, bytes, seed)
    decode(GantryWorkerV1.ReadArchiveEvent.self, bytes, seed)
    decode(Ttrpc.Response.self, bytes, seed)
    decode(IoContainerdCgroupsV1.Metrics.self, bytes, seed)
  }

  static func decode<M: Message>(_ type: M.Type, _ bytes: [UInt8], _ seed: UInt64) {
    guard let message = try? M(serialized: bytes) else { return }
    let again = message.serialized()
    // Bytes, not values: a NaN is not equal to itself.
    guard let second = try? M(serialized: again) else {
      Issue.record("seed \(seed), \(M.fullName): \(bytes) came out as \(again), which is refused")
      return
    }
    #expect(second.serialized() == again, "seed \(seed), \(M.fullName): \(bytes)")
  }

  private func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }
}

/// A small generator whose runs can be repeated.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
    return value ^ (value >> 31)
  }

  mutating func mutate(_ bytes: inout [UInt8], _ corpus: [[UInt8]]) {
    let place = bytes.isEmpty ? 0 : Int(next() % UInt64(bytes.count))
    switch next() % 7 {
    case 0 where !bytes.isEmpty: bytes[place] ^= 1 << UInt8(next() % 8)
    case 1 where !bytes.isEmpty: bytes[place] = [0, 1, 0x7f, 0x80, 0xff][Int(next() % 5)]
    case 2: bytes.removeSubrange(place...)
    case 3: bytes.insert(UInt8(truncatingIfNeeded: next()), at: place)
    case 4:
      let other = corpus[Int(next() % UInt64(corpus.count))]
      bytes.insert(contentsOf: other.suffix(Int(next() % UInt64(other.count))), at: place)
    case 5 where !bytes.isEmpty: bytes.remove(at: place)
    default: bytes.append(contentsOf: [0x80, UInt8(truncatingIfNeeded: next())])
    }
  }
}
