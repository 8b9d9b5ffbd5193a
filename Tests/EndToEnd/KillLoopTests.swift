import Foundation
import Synchronization
import Testing

/// The supervisor is killed at random moments while others use it.
@Suite(.serialized, .enabled(if: Privilege.isGiven, "GANTRY_OUT names no built tree"))
struct KillLoopTests {
  private static let seconds = Double(ProcessInfo.processInfo.environment["GANTRY_KILL_SECONDS"] ?? "") ?? 20

  /// xorshift64*, so that a run can be repeated by its seed.
  private struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state ^= state >> 12
      state ^= state << 25
      state ^= state >> 27
      return state &* 2_685_821_657_736_338_717
    }
  }

  /// What commands said was done.
  private struct Promises {
    var there: Set<String> = []
    var gone: Set<String> = []
    var commands = 0
    var wrong: [String] = []
  }

  private final class Ledger: Sendable {
    let said = Mutex(Promises())
  }

  @Test func whatWasSaidToBeDoneIsDoneAndNothingIsStuck() throws {
    let environment = ProcessInfo.processInfo.environment["GANTRY_KILL_SEED"]
    let seed = environment.flatMap { UInt64($0) } ?? UInt64.random(in: 1...UInt64.max)
    print("kill loop: seed \(seed) (GANTRY_KILL_SEED), \(Self.seconds) seconds (GANTRY_KILL_SECONDS)")
    try TestEngine.use { (engine) throws in
      try engine.expect("run", "--rm", "busybox", "true")
      let before = try EngineContents(of: engine)
      try engine.expect(
        "run", "-d", "--name", "count", "--network", "none", "busybox", "sh", "-c",
        "i=0; while :; do i=$((i+1)); echo $i; usleep 5000; done")
      let end = Date().addingTimeInterval(Self.seconds)
      let ledger = Ledger()
      let workers = DispatchGroup()
      let (program, variables) = (engine.program, engine.environment)
      for worker in 0..<3 {
        workers.enter()
        Thread.detachNewThread {
          defer { workers.leave() }
          var dice = Dice(state: seed &+ UInt64(worker + 1))
          var round = 0
          while Date() < end {
            round += 1
            Self.oneLife(program, variables, "w\(worker)-\(round)", &dice, ledger)
          }
        }
      }
      var dice = Dice(state: seed)
      var kills = 0
      while Date() < end {
        poll(nil, 0, Int32.random(in: 20...900, using: &dice))
        try engine.killSupervisor()
        kills += 1
        try engine.start()
      }
      workers.wait()
      let said = ledger.said.withLock { $0 }
      print("kill loop: \(kills) kills, \(said.commands) commands, \(said.there.count) containers left to check")
      #expect(kills > Int(Self.seconds / 2))
      #expect(said.wrong == [])
      let names = Set(try engine.expect("ps", "-a", "--format", "{{.Names}}").lines)
      #expect(said.there.subtracting(names) == [])
      #expect(said.gone.intersection(names) == [])
      try engine.expect("stop", "-t", "0", "count")
      let numbers = try engine.expect("logs", "count").lines.compactMap { Int($0) }
      #expect(numbers.count > 100)
      #expect(numbers == Array(1...max(1, numbers.count)))
      for name in names { try engine.expect("rm", "-f", name) }
      #expect(try engine.expect("run", "--rm", "--name", "w0-1", "busybox", "echo", "on").output == "on\n")
      try before.expectAgain(engine, "after the loop, seed \(seed)")
    }
  }

  /// One container from its making to its end, noting each answer.
  private static func oneLife(
    _ program: String, _ environment: [String: String], _ name: String, _ dice: inout Dice,
    _ ledger: Ledger
  ) {
    func gantry(_ arguments: String...) -> CommandResult? {
      ledger.said.withLock { $0.commands += 1 }
      do {
        return try Command.run([program] + arguments, environment: environment, within: 60)
      } catch {
        ledger.said.withLock { $0.wrong.append("\(arguments.joined(separator: " ")): \(error)") }
        return nil
      }
    }
    let network = Bool.random(using: &dice) ? "none" : "bridge"
    if Int.random(in: 0..<3, using: &dice) == 0 {
      let result = gantry("run", "--rm", "--network", network, "busybox", "sh", "-c", "echo out; exit 7")
      // An engine that goes away costs a command its answer, never a wrong one.
      if let result, result.status != 125, result.status != 7 || result.output != "out\n" {
        ledger.said.withLock { $0.wrong.append("\(result)") }
      }
      return
    }
    guard gantry("run", "-d", "--name", name, "--network", network, "busybox", "sleep", "600")?.status == 0 else {
      return
    }
    ledger.said.withLock { _ = $0.there.insert(name) }
    if let result = gantry("exec", name, "echo", "in"), result.status == 0, result.output != "in\n" {
      ledger.said.withLock { $0.wrong.append("\(result)") }
    }
    if Bool.random(using: &dice) { _ = gantry("stop", "-t", "0", name) }
    guard Int.random(in: 0..<4, using: &dice) > 0 else { return }
    // From here on both may be, until an answer comes.
    ledger.said.withLock { _ = $0.there.remove(name) }
    if gantry("rm", "-f", name)?.status == 0 { ledger.said.withLock { _ = $0.gone.insert(name) } }
  }
}
