import Core
import Errors
import Glibc
import Linux
import Testing

@Suite struct SupportTests {
  @Test func failpointsDoWhatTheyAreToldAndNothingElse() async throws {
    let failpoints = try Failpoints(parsing: "create.recorded=error,start.spawned=delay:30")
    try await failpoints.pass("create.begun")
    let error = await #expect(throws: GantryError.self) { try await failpoints.pass("create.recorded") }
    #expect(error?.code == .aborted)
    let started = ContinuousClock.now
    try await failpoints.pass("start.spawned")
    #expect(ContinuousClock.now - started >= .milliseconds(30))
    try await Failpoints([:]).pass("create.recorded")
  }

  @Test(arguments: ["x", "x=", "x=explode", "x=delay", "x=delay:soon"])
  func aMalformedFailpointIsRefused(_ text: String) {
    #expect(throws: GantryError.self) { try Failpoints(parsing: text) }
  }

  @Test func aSecondSupervisorOnARootIsToldWhoHasIt() throws {
    let scratch = try ScratchDirectory()
    let first = try RootLock(root: scratch.file("root"))
    let error = #expect(throws: GantryError.self) { try RootLock(root: scratch.file("root")) }
    #expect(error?.code == .failedPrecondition)
    #expect(error?.message.contains("process id \(getpid())") == true)
    #expect(error?.message.contains(scratch.file("root")) == true)
    withExtendedLifetime(first) {}
  }

  @Test func theLockGoesWithItsOwner() throws {
    let scratch = try ScratchDirectory()
    do { _ = try RootLock(root: scratch.path) }
    _ = try RootLock(root: scratch.path)
  }

  @Test func aLineOfTheLogIsOneLine() {
    let lines = Shared<[String]>([])
    let log = Log(subject: "test", least: .info) { line in lines.change { $0.append(line) } }
    log.debug("left out")
    log.about("plugin a").error("one\ntwo")
    #expect(lines.value.count == 1)
    #expect(lines.value[0].hasSuffix(" error plugin a: one two\n"))
    #expect(lines.value[0].prefix(24).last == "Z")
  }

  @Test func aPromiseTellsEveryoneOnceAndHeedsCancellation() async throws {
    let promise = Promise<Int>()
    let waiters = (0..<5).map { _ in Task { try await promise.get() } }
    let cancelled = Task { try await promise.get() }
    cancelled.cancel()
    await #expect(throws: GantryError.self) { try await cancelled.value }
    #expect(promise.fulfil(1))
    #expect(!promise.fulfil(2))
    for waiter in waiters { #expect(try await waiter.value == 1) }
    #expect(try await promise.get() == 1)
  }

  @Test func aDeadlineNamesWhatTookTooLong() async {
    let error = await #expect(throws: GantryError.self) {
      try await withDeadline(.milliseconds(20), "the moon did not rise") { try await Task.sleep(for: .seconds(60)) }
    }
    #expect(error?.code == .deadlineExceeded)
    #expect(error?.message == "the moon did not rise within 20 ms")
  }
}
