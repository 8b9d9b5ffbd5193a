import CLI
import Foundation
import Testing

@Suite struct TerminalTests {
  private func run(_ engine: FakeEngine, _ terminal: PseudoTerminal, _ words: String...) -> Task<Int32, Never> {
    let console = Console(input: terminal.slave, output: terminal.slave, error: terminal.slave)
    let surroundings = Surroundings(
      console: console, environment: { _ in nil }, workingDirectory: "/", catchesSignals: false)
    return Task { await Program.run(["-H", engine.socket] + words, in: surroundings) }
  }

  private func until(_ condition: () -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(5)
    while !condition() {
      try #require(ContinuousClock.now < deadline, "it never came true")
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  @Test func `keys go through as they are typed, and the terminal is given back`() async throws {
    let engine = try FakeEngine()
    let terminal = try PseudoTerminal(columns: 101, rows: 37)
    let exitCode = run(engine, terminal, "run", "-it", "--name", "c", "busybox", "echoing")
    try await until { !terminal.isCooked }
    let process = try engine.process("c")
    try await until { process.isJoined }
    try process.say("hello")
    #expect(terminal.shows("hello"))
    try terminal.type([3, 4])
    #expect(try process.hears(2) == [3, 4])
    process.exit(5)
    #expect(await exitCode.value == 5)
    #expect(terminal.isCooked)
    let container = try #require(engine.requests.first?.container)
    #expect((container.terminal, container.consoleWidth, container.consoleHeight) == (true, 101, 37))
  }

  @Test func `ctrl-p ctrl-q lets go of a container that runs on`() async throws {
    let engine = try FakeEngine()
    let terminal = try PseudoTerminal(columns: 80, rows: 24)
    let exitCode = run(engine, terminal, "run", "-it", "--name", "c", "busybox", "echoing")
    try await until { !terminal.isCooked }
    try terminal.type([16])
    try await until { !terminal.hasUnreadInput }
    try terminal.type([17])
    #expect(await exitCode.value == 0)
    #expect(terminal.isCooked)
    #expect(terminal.shows("read escape sequence"))
    try engine.process("c").exit(0)
  }

  @Test func `a start that fails gives the terminal back too`() async throws {
    let engine = try FakeEngine()
    let terminal = try PseudoTerminal(columns: 80, rows: 24)
    #expect(await run(engine, terminal, "run", "-it", "busybox", "nosuch").value == 127)
    #expect(terminal.isCooked)
    #expect(terminal.shows("executable file not found"))
  }

  @Test func `a help page is as wide as the terminal`() async throws {
    let engine = try FakeEngine()
    let terminal = try PseudoTerminal(columns: 200, rows: 24)
    #expect(await run(engine, terminal, "logs", "--help").value == 0)
    #expect(terminal.shows("(e.g. \"2013-01-02T13:23:37Z\") or relative (e.g. \"42m\" for 42 minutes)"))
  }
}
