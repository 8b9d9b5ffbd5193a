import Errors
import LinuxRuntime
import Messages
import RuntimeSpec
import Testing

@Suite struct LinuxRuntimeExecTests {
  private func process(
    in change: (inout GantryRuntimeV1.Container) -> Void = { _ in },
    asking request: (inout GantryRuntimeV1.ExecProcessRequest) -> Void = { _ in }
  ) async throws -> ProcessSpec {
    let harness = LinuxRuntimeHarness()
    var exec = GantryRuntimeV1.ExecProcessRequest(
      spec: try await harness.specification(change).serialized(), args: ["id"])
    request(&exec)
    return try await harness.process(exec)
  }

  @Test func isLikeTheContainersOwn() async throws {
    let exec = try await process(in: {
      $0.user = "nobody:daemon"
      $0.workingDirectory = "/srv"
      $0.env = ["A=1"]
      $0.`init` = true
      $0.securityOpt = ["no-new-privileges"]
      $0.ulimits = [.init(name: "nofile", soft: 7, hard: 8)]
    })
    #expect(exec.args == ["id"])
    #expect(exec.user.username == "nobody:daemon")
    #expect(exec.cwd == "/srv")
    #expect(exec.env.contains("A=1") && exec.env.contains("HOSTNAME=h"))
    #expect(exec.noNewPrivileges)
    #expect(exec.rlimits == [ResourceLimit(type: "RLIMIT_NOFILE", soft: 7, hard: 8)])
    #expect(exec.capabilities?.effective == [])
  }

  @Test func takesWhatIsAskedInstead() async throws {
    let exec = try await process(
      in: {
        $0.user = "1000"
        $0.env = ["A=1", "B=2"]
      },
      asking: {
        $0.user = "0"
        $0.env = ["A=9", "C=3"]
        $0.workingDirectory = "/tmp"
        $0.terminal = true
        $0.consoleWidth = 80
        $0.consoleHeight = 24
      })
    #expect(exec.user.username == "0")
    #expect(exec.env.suffix(4) == ["A=9", "B=2", "TERM=xterm", "C=3"])
    #expect(exec.cwd == "/tmp")
    #expect(exec.terminal && exec.consoleSize == ConsoleSize(height: 24, width: 80))
    #expect(exec.capabilities?.effective == Capabilities.docker)
  }

  @Test func privilegedHasEveryCapability() async throws {
    let exec = try await process(asking: { $0.privileged = true })
    #expect(exec.capabilities?.effective == Array(CapabilityName.all.prefix(38)))
  }

  @Test func aMissingCommandOrSpecificationIsRefused() async {
    await #expect(throws: GantryError.self) { try await process(asking: { $0.args = [] }) }
    await #expect(throws: GantryError.self) { try await process(asking: { $0.args = [""] }) }
    await #expect(throws: GantryError.self) { try await process(asking: { $0.workingDirectory = "tmp" }) }
    await #expect(throws: GantryError.self) { try await process(asking: { $0.spec = [] }) }
    await #expect(throws: GantryError.self) { try await process(asking: { $0.spec = Array("{}".utf8) }) }
  }
}
