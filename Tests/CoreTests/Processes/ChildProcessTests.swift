import CLinux
import Core
import Errors
import Glibc
import Linux
import Processes
import Testing
import Threads

@Suite struct ChildProcessTests {
  private func run(_ script: String, descriptors: [(descriptor: FileDescriptor, number: Int32)] = []) throws
    -> ChildProcess
  {
    try ChildProcess.spawn(
      SpawnRequest(
        executable: "/bin/bash", arguments: ["bash", "-c", script], environment: ["PATH=/usr/bin:/bin", "WORD=blue"],
        descriptors: descriptors))
  }

  @Test func `a line of a child reaches no terminal raw`() {
    #expect(LineReader.printable(Array("a\u{1b}[31mä\u{7f}\u{9b}\t".utf8)) == "a\\x1b[31mä\\x7f\\x9b\\x09")
    #expect(LineReader.printable([0x61, 0xff, 0x62]) == "a\u{fffd}b")
  }

  /// Who asks why a child has ended is not to be told less because the watcher's thread had no turn yet.
  @Test func whatWasWrittenLastIsKnownAtOnce() throws {
    for number in 0..<500 {
      let pipe = try FileDescriptor.pipe()
      let reader = try LineReader.start(pipe.readEnd) { _ in }
      try pipe.writeEnd.writeAll(Array("first\nline \(number)\n".utf8))
      #expect(reader.lastLine() == "line \(number)")
      if number.isMultiple(of: 2) { try pipe.writeEnd.writeAll(Array("more\n".utf8)) }
      #expect(reader.lastLine() == (number.isMultiple(of: 2) ? "more" : "line \(number)"))
    }
  }

  @Test(arguments: [("exit 0", Processes.ExitStatus.exited(0)), ("exit 7", .exited(7)), ("kill -9 $$", .signalled(9))])
  func theWayItEndedIsTold(_ script: String, _ status: Processes.ExitStatus) async throws {
    let child = try run(script)
    #expect(try await child.waitUntilExit() == status)
    #expect(child.exitStatus == status)
    // Reaped: no zombie is left.
    #expect(kill(child.pid, 0) == -1)
  }

  @Test func descriptorsArriveUnderTheirNumbers() async throws {
    let first = try FileDescriptor.pipe()
    let second = try FileDescriptor.pipe()
    let (one, two) = (first.writeEnd.number, second.writeEnd.number)
    // Swapped on purpose: each one's number is the other's target.
    let child = try run(
      "echo one >&\(two); echo two >&\(one); echo $WORD >&\(one)",
      descriptors: [(first.writeEnd, two), (second.writeEnd, one)])
    #expect(try await child.waitUntilExit() == .exited(0))
    var buffer = [UInt8](repeating: 0, count: 100)
    #expect(try first.readEnd.setNonBlockingAndRead(&buffer) == "one\n")
    #expect(try second.readEnd.setNonBlockingAndRead(&buffer) == "two\nblue\n")
  }

  @Test func noOtherDescriptorsArrive() async throws {
    let output = try FileDescriptor.pipe()
    let child = try ChildProcess.spawn(
      SpawnRequest(
        executable: "/bin/ls", arguments: ["ls", "/proc/self/fd"], environment: [],
        descriptors: [(output.writeEnd, 1), (output.writeEnd, 7)]))
    #expect(try await child.waitUntilExit() == .exited(0))
    var buffer = [UInt8](repeating: 0, count: 100)
    let numbers = try output.readEnd.setNonBlockingAndRead(&buffer).split(separator: "\n").compactMap { Int32($0) }
    #expect(Set([0, 1, 2, 7]).isSubset(of: numbers))
    for own in [output.readEnd, output.writeEnd] where own.number > 7 { #expect(!numbers.contains(own.number)) }
  }

  @Test func aProgramThatIsNotThereIsNamed() {
    let error = #expect(throws: GantryError.self) {
      try ChildProcess.spawn(SpawnRequest(executable: "/nonexistent/program", arguments: ["x"], environment: []))
    }
    #expect(error?.code == .notFound)
    #expect(error?.message.contains("/nonexistent/program") == true)
  }

  @Test func theEndComesWithoutAndWithForce() async throws {
    let willing = try run("exit 0")
    await willing.end(grace: .seconds(5))
    #expect(willing.exitStatus == .exited(0))
    let stubborn = try run("trap '' TERM; sleep 1000 & wait")
    await stubborn.end(grace: .milliseconds(20))
    #expect(stubborn.exitStatus == .signalled(SIGKILL))
  }

  @Test func aWaitThatIsCancelledEnds() async throws {
    let child = try run("sleep 1000")
    let wait = Task { try await child.waitUntilExit() }
    wait.cancel()
    let error = await #expect(throws: GantryError.self) { try await wait.value }
    #expect(error?.code == .cancelled)
    await child.end(grace: .zero)
  }

  @Test func aHundredChildrenAtOnceAreAllReaped() async throws {
    let children = try (0..<100).map { number in try run("exit \(number)") }
    for (number, child) in children.enumerated() {
      #expect(try await child.waitUntilExit() == .exited(Int32(number)))
    }
  }

  @Test(.enabled(if: getuid() == 0, "network namespaces need root"))
  func aNetworkNamespaceIsEmptyAndItsLoopbackIsUp() async throws {
    let namespace = try await NetworkNamespace.create()
    let links = try DetachedThread.runBlocking(name: "namespace") { () throws(GantryError) -> String in
      try retryingOnInterrupt("setns") { gantry_setns(namespace.number, 0x4000_0000) }
      let bytes = try FileDescriptor.open("/proc/thread-self/net/dev", O_RDONLY).readAll()
      let route = try FileDescriptor.open("/proc/thread-self/net/fib_trie", O_RDONLY).readAll()
      return String(decoding: bytes + route, as: UTF8.self)
    }
    #expect(
      links.split(separator: "\n").filter { $0.contains(":") }.map { $0.split(separator: ":")[0] }.contains("    lo"))
    #expect(links.contains("127.0.0.1"))
    #expect(!links.contains("eth0"))
  }
}

extension FileDescriptor {
  fileprivate func setNonBlockingAndRead(_ buffer: inout [UInt8]) throws -> String {
    try setNonBlocking(true)
    let count = try buffer.withUnsafeMutableBytes { try read(into: $0) }
    return String(decoding: buffer[..<count], as: UTF8.self)
  }
}
