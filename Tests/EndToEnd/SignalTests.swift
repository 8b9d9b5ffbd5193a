import Foundation
import Testing

/// Signals that the command line's own process gets while it is attached.
@Suite(.serialized, .enabled(if: Privilege.isGiven, "GANTRY_OUT names no built tree"))
struct SignalTests {
  private static let trapping =
    "for s in TERM INT USR1 HUP QUIT; do trap \"echo got $s; exit 40\" $s; done; echo ready; while :; do sleep 0.05; done"

  private func begin(
    _ engine: TestEngine, _ name: String, flags: [String] = [], command: [String]
  ) throws -> Command {
    let run = try Command(
      [engine.program, "run", "--name", name, "--network", "none"] + flags + ["busybox"] + command,
      environment: engine.environment)
    try eventually("\(name) is ready") { try engine.gantry("logs", name).output.hasPrefix("ready") }
    return run
  }

  @Test func signalsReachTheContainer() throws {
    try TestEngine.use { (engine) throws in
      for (name, number) in [("TERM", SIGTERM), ("INT", SIGINT), ("USR1", SIGUSR1), ("HUP", SIGHUP), ("QUIT", SIGQUIT)]
      {
        let run = try begin(engine, "s\(number)", command: ["sh", "-c", Self.trapping])
        run.signal(number)
        let result = try run.finish(within: 20)
        #expect(result.output == "ready\ngot \(name)\n", "\(result)")
        #expect(result.status == 40, "\(result)")
      }
    }
  }

  @Test func signalsReachAContainerWithATerminalToo() throws {
    try TestEngine.use { (engine) throws in
      for (name, number) in [("TERM", SIGTERM), ("INT", SIGINT), ("HUP", SIGHUP)] {
        let run = try begin(engine, "t\(number)", flags: ["-t"], command: ["sh", "-c", Self.trapping])
        run.signal(number)
        let result = try run.finish(within: 20)
        #expect(result.output == "ready\r\ngot \(name)\r\n", "\(result)")
        #expect(result.status == 40, "\(result)")
      }
    }
  }

  @Test func whatTheyEndHasDockersExitCode() throws {
    try TestEngine.use { (engine) throws in
      for (number, status) in [(SIGTERM, 143), (SIGINT, 130), (SIGUSR1, 138), (SIGHUP, 129), (SIGQUIT, 131)]
        as [(Int32, Int32)]
      {
        // No name that could be the beginning of another's id while its own is not there yet.
        let run = try begin(
          engine, "end\(number)", flags: ["--init"], command: ["sh", "-c", "echo ready; exec sleep 600"])
        run.signal(number)
        let result = try run.finish(within: 20)
        #expect(result.status == status, "\(number): \(result)")
        let told = try engine.expect("inspect", "-f", "{{.State.ExitCode}} {{.State.Status}}", "end\(number)").line
        #expect(told == "\(status) exited", "\(number): \(result)")
      }
    }
  }

  @Test func withoutTheProxyTheyEndTheCommandAlone() throws {
    try TestEngine.use { (engine) throws in
      let run = try begin(engine, "alone", flags: ["--sig-proxy=false"], command: ["sh", "-c", Self.trapping])
      run.signal(SIGTERM)
      #expect(try run.finish(within: 20).status == 143)
      #expect(try engine.expect("inspect", "-f", "{{.State.Running}}", "alone").line == "true")
      let attached = try engine.begin("attach", "--sig-proxy=false", "alone")
      try eventually("it is attached") { try hasAttached(engine, times: 2) }
      attached.signal(SIGINT)
      #expect(try attached.finish(within: 20).status == 130)
      #expect(try engine.expect("inspect", "-f", "{{.State.Running}}", "alone").line == "true")
      #expect(try engine.expect("logs", "alone").output == "ready\n")
    }
  }

  @Test func attachAndStartPassThemOnToo() throws {
    try TestEngine.use { (engine) throws in
      try engine.expect("run", "-d", "--name", "a1", "--network", "none", "busybox", "sh", "-c", Self.trapping)
      try eventually("it is ready") { try engine.expect("logs", "a1").output == "ready\n" }
      let attached = try engine.begin("attach", "a1")
      try eventually("it is attached") { try hasAttached(engine, times: 1) }
      // What comes before the command listens would end it.
      try eventually("it catches signals") { catches(SIGUSR1, attached.pid) }
      attached.signal(SIGUSR1)
      #expect(try attached.finish(within: 20).status == 40)
      let started = try engine.begin("start", "-a", "a1")
      try eventually("it is ready again") { try engine.expect("logs", "a1").lines.filter { $0 == "ready" }.count == 2 }
      started.signal(SIGTERM)
      let result = try started.finish(within: 20)
      #expect(result.status == 40)
      #expect(result.output == "ready\ngot TERM\n")
    }
  }

  private func hasAttached(_ engine: TestEngine, times: Int) throws -> Bool {
    let until = "\(Date().timeIntervalSince1970)"
    return try engine.expect("events", "--since", "0", "--until", until, "--filter", "event=attach").lines.count
      >= times
  }

  private func catches(_ signal: Int32, _ pid: Int32) -> Bool {
    let status = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
    let caught = status.split(separator: "\n").first { $0.hasPrefix("SigCgt:") }?.split(separator: "\t").last ?? ""
    return (UInt64(caught, radix: 16) ?? 0) & (1 << UInt64(signal - 1)) != 0
  }
}
