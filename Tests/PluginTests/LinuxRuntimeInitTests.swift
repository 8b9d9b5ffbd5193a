import Glibc
import Testing

/// gantry-init, as a shell sees it.
@Suite(
  .enabled(if: access(InitProgram.path, X_OK) == 0, "gantry-init is not built; `swift build` builds it"))
struct LinuxRuntimeInitTests {
  /// What a script prints, `$INIT` being the program.
  private func output(_ script: String) throws -> String {
    let quoted = script.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
    let stream = try #require(popen("INIT='\(InitProgram.path)' timeout 20 sh -c '\(quoted)' 2>&1", "re"))
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = fread(&chunk, 1, chunk.count, stream)
      if count == 0 { break }
      bytes += chunk[..<count]
    }
    pclose(stream)
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test(
    arguments: [
      ("exit 0", "0\n"), ("exit 7", "7\n"), ("kill -9 $$", "137\n"), ("kill -TERM $$", "143\n"),
      ("echo a b; false", "a b\n1\n"),
    ])
  func endsAsItsCommandDoes(_ command: String, _ expected: String) throws {
    #expect(try output("$INIT -- sh -c '\(command)'; echo $?") == expected)
  }

  @Test(arguments: [("/no/such", 127, "No such file"), ("/etc/passwd", 126, "Permission denied"), ("/", 126, "denied")])
  func whatCannotBeExecutedHasDockersExitCodes(_ command: String, _ status: Int, _ reason: String) throws {
    let output = try output("$INIT -- \(command); echo $?")
    #expect(output.hasSuffix("\(status)\n"))
    #expect(output.contains(reason))
  }

  @Test func withoutACommandItSaysHow() throws {
    #expect(try output("$INIT --; echo $?") == "usage: gantry-init -- COMMAND [ARGUMENT...]\n125\n")
  }

  @Test(arguments: ["TERM", "HUP", "USR1", "USR2", "WINCH"])
  func signalsReachTheCommand(_ signal: String) throws {
    let script = """
      $INIT -- sh -c 'trap "echo got; exit 5" \(signal); echo ready; while :; do sleep 0.01; done' > $0.out & pid=$!
      """
    let wait = "until grep -q ready $F 2>/dev/null; do sleep 0.01; done"
    let body = script.split(separator: "$0.out").joined(separator: "$F")
    let output = try output(
      "F=$(mktemp); \(body); \(wait); kill -\(signal) $pid; wait $pid; echo $?; tail -1 $F; rm $F")
    #expect(output == "5\ngot\n")
  }

  @Test(.enabled(if: getuid() == 0, "a pid namespace needs root"))
  func orphansAreReaped() throws {
    let inside = "(sh -c 'sleep 0.05 & exit' &); sleep 0.4; grep -l 'State:.Z' /proc/[0-9]*/status | wc -l"
    let output = try output("unshare --pid --fork --mount-proc $INIT -- sh -c \"\(inside)\"")
    #expect(output == "0\n")
  }
}

/// Where the build puts gantry-init: beside the test bundle.
private enum InitProgram {
  static let path: String = {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { buffer in
      guard let start = buffer.baseAddress else { return "" }
      let count = readlink("/proc/self/exe", start, buffer.count)
      let bytes = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<max(count, 0)])
      let path = String(decoding: bytes, as: UTF8.self)
      return path.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/gantry-init"
    }
  }()
}
