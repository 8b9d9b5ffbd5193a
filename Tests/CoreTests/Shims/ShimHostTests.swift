import Core
import Errors
import Glibc
import Linux
import Messages
import Testing

/// Real shims, as far as they go without a container.
@Suite(.enabled(if: getuid() == 0, "a shim is root's"))
struct ShimHostTests {
  let scratch: ScratchDirectory
  let host: ShimHost
  let program = BuiltProgram.path("gantry-shim")

  init() throws {
    scratch = try ScratchDirectory()
    host = ShimHost(runDirectory: scratch.path, log: Log(subject: "test", write: { _ in }))
  }

  private func start(_ id: String) async throws -> ShimHandle {
    let handle = try await host.start(id: id, program: program)
    try await host.describe(id: id, specification: Array("{}".utf8))
    return handle
  }

  /// Ends a shim as a crash would and waits until it is reaped.
  private func killShim(_ handle: ShimHandle) async {
    kill(handle.pid, SIGKILL)
    await handle.waitUntilClosed()
    #expect(await eventually { kill(handle.pid, 0) == -1 })
  }

  @Test func aShimAnswersAtOnceAndItsDeathIsNoticed() async throws {
    let handle = try await start("a")
    let status = try await handle.shim.status(.init())
    #expect(status.shimPid == UInt32(handle.pid))
    #expect(getsid(handle.pid) == handle.pid)
    #expect(access(ShimBundle.specification(in: handle.bundle), F_OK) == 0)
    await killShim(handle)
    let error = await #expect(throws: GantryError.self) { try await handle.shim.status(.init()) }
    #expect(error?.code == .unavailable)
  }

  @Test func anIdThatIsTakenOrNoNameIsRefused() async throws {
    let handle = try await start("a")
    let taken = await #expect(throws: GantryError.self) { _ = try await start("a") }
    #expect(taken?.code == .alreadyExists)
    _ = try await handle.shim.status(.init())
    for id in ["", "..", "a/b"] {
      let error = await #expect(throws: GantryError.self) { _ = try await start(id) }
      #expect(error?.code == .invalidArgument)
    }
    await killShim(handle)
  }

  @Test func aShimProgramThatIsMissingLeavesNothingBehind() async throws {
    let error = await #expect(throws: GantryError.self) {
      _ = try await host.start(id: "a", program: "/nonexistent/shim")
    }
    #expect(error?.code == .notFound)
    #expect(error?.message.contains("/nonexistent/shim") == true)
    #expect(access(host.bundle(of: "a"), F_OK) == -1)
  }

  @Test func aNewSupervisorFindsEachShimInItsState() async throws {
    let alive = try await start("alive")
    let silent = try await start("silent")
    let dead = try await start("dead")
    let ended = try await start("ended")
    _ = try await silent.shim.status(.init())
    kill(silent.pid, SIGSTOP)
    await killShim(dead)
    await killShim(ended)
    let record = GantryShimV1.ExitRecord(id: "ended", pid: 7, exitStatus: 3)
    try AtomicFile.write(record.serialized(), to: ShimBundle.exitRecord(in: ended.bundle), durable: false)
    try Directory.create(host.bundle(of: "damaged"), mode: 0o711)
    try AtomicFile.write([0xFF, 0xFF], to: ShimBundle.exitRecord(in: host.bundle(of: "damaged")), durable: false)

    let recoveries = await host.recover(timeout: .seconds(1))
    #expect(recoveries.map(\.id) == ["alive", "damaged", "dead", "ended", "silent"])
    var found: [String] = []
    for recovery in recoveries {
      switch recovery {
      case .serving(let handle, let status):
        #expect(status.shimPid == UInt32(alive.pid))
        found.append("serving \(handle.id)")
      case .silent(let handle, let error):
        #expect(error.code == .deadlineExceeded)
        found.append("silent \(handle.id)")
      case .gone(let id, _, let record): found.append("gone \(id) \(record.map { "\($0.exitStatus)" } ?? "-")")
      case .damaged(let id, _, let error):
        #expect(error.code == .dataLoss)
        found.append("damaged \(id)")
      }
    }
    #expect(found == ["serving alive", "damaged damaged", "gone dead -", "gone ended 3", "silent silent"])
    kill(silent.pid, SIGCONT)
    for handle in [alive, silent] { await killShim(handle) }
    for id in recoveries.map(\.id) { try await host.removeBundle(id) }
    #expect(await host.recover().isEmpty)
  }

  @Test func fiftyShimsAreFoundTogether() async throws {
    var handles: [ShimHandle] = []
    for number in 0..<50 {
      handles.append(try await start("shim-\(number)"))
      _ = try await handles[number].shim.status(.init())
    }
    let clock = ContinuousClock()
    let started = clock.now
    let recoveries = await host.recover()
    let duration = clock.now - started
    print("shims: 50 found again in \(duration)")
    #expect(recoveries.count == 50)
    #expect(recoveries.allSatisfy { if case .serving = $0 { true } else { false } })
    // An idle machine takes a few milliseconds; one that runs other tests beside, more.
    #expect(duration < .seconds(2))
    for handle in handles { await killShim(handle) }
  }
}
