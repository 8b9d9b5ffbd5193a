import CLinux
import Errors
import Glibc
import Launcher
import Linux
import RuntimeSpec
import Testing

extension ContainerTests {
  @Suite struct TerminalTests {
    /// All that comes out of the terminal until its other side is closed.
    private func read(_ terminal: FileDescriptor) -> String {
      var bytes: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 4096)
      while true {
        let count = Glibc.read(terminal.number, &buffer, buffer.count)
        guard count > 0 else { return String(decoding: bytes.filter { $0 != 13 }, as: UTF8.self) }
        bytes += buffer[..<count]
      }
    }

    @Test func aTerminalHasItsNameAndSizeInTheContainer() throws {
      let fixture = try ContainerFixture([
        "sh", "-c", "tty; stty size; test -c /dev/console && echo console; ls /proc/$$/fd; echo done > /dev/tty",
      ])
      fixture.specification.process?.terminal = true
      fixture.specification.process?.consoleSize = ConsoleSize(height: 33, width: 99)
      let process = try Launcher.create(fixture.request(.terminal))
      let terminal = try #require(process.terminal)
      try process.start()
      let output = read(terminal)
      #expect(Pipes.wait(process) == 0)
      #expect(output.hasPrefix("/dev/pts/0\n33 99\nconsole\n0  1  2\n"), "\(output)")
      #expect(output.hasSuffix("done\n"))
    }

    @Test func execGetsATerminalToo() throws {
      let fixture = try ContainerFixture(["sleep", "60"])
      let (process, _) = try fixture.start()
      defer { process.abandon() }
      var exec = ExecRequest(
        containerPid: process.pid, specification: fixture.specification,
        process: ProcessSpec(terminal: true, args: ["sh", "-c", "tty; read line; echo got $line"], env: ["PATH=/bin"]),
        streams: .terminal)
      exec.process.consoleSize = ConsoleSize(height: 10, width: 20)
      let launched = try Launcher.exec(exec)
      let terminal = try #require(launched.terminal)
      try terminal.writeAll(Array("words\n".utf8))
      let output = read(terminal)
      #expect(Pipes.wait(launched) == 0)
      #expect(output.contains("/dev/pts/0\n"))
      #expect(output.hasSuffix("got words\n"))
    }
  }
}
