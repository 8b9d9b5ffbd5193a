import Errors
import Glibc
import Launcher
import RuntimeSpec
import Testing

extension ContainerTests {
  /// Errors of the command itself, in the words that people know.
  @Suite struct CommandTests {
    static let cases: [(String, String, ErrorCode)] = [
      ("nosuch", "exec: \"nosuch\": executable file not found in $PATH", .notFound),
      ("", "exec: \"\": executable file not found in $PATH", .notFound),
      ("/nosuch", "exec: \"/nosuch\": stat /nosuch: no such file or directory", .notFound),
      ("/etc", "exec: \"/etc\": permission denied", .permissionDenied),
      ("/etc/passwd", "exec: \"/etc/passwd\": permission denied", .permissionDenied),
      ("/bin/rubbish", "exec: \"/bin/rubbish\": exec format error", .permissionDenied),
      ("/bin/script", "exec: \"/bin/script\": no such file or directory", .notFound),
    ]

    private func fixture(_ command: String) throws -> ContainerFixture {
      let fixture = try ContainerFixture([command])
      try fixture.write(Array("rubbish".utf8), "/rootfs/bin/rubbish", mode: 0o755)
      try fixture.write(Array("#!/no/such/interpreter\n".utf8), "/rootfs/bin/script", mode: 0o755)
      return fixture
    }

    @Test(arguments: cases)
    func aBadCommandIsToldInKnownWords(command: String, message: String, code: ErrorCode) throws {
      let error = #expect(throws: GantryError.self) { try fixture(command).run() }
      #expect(error?.message == message)
      #expect(error?.code == code)
    }

    @Test(arguments: cases)
    func theSameInExec(command: String, message: String, code: ErrorCode) throws {
      let fixture = try fixture("sleep")
      fixture.specification.process?.args = ["sleep", "60"]
      let (process, _) = try fixture.start()
      defer { process.abandon() }
      let error = #expect(throws: GantryError.self) { try fixture.exec([command], in: process) }
      #expect(error?.message == message)
      #expect(error?.code == code)
    }

    @Test func failureLeavesNoChild() throws {
      for (command, _, _) in Self.cases { #expect(throws: GantryError.self) { try fixture(command).run() } }
      // Other tests of this process have no children while this suite runs alone; one of ours would be a zombie.
      var information = siginfo_t()
      let result = waitid(P_ALL, 0, &information, WEXITED | WNOHANG | WNOWAIT)
      #expect(result != 0 || information._sifields._kill.si_pid == 0)
    }
  }
}
