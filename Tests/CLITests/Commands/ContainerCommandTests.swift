import CLI
import Foundation
import Linux
import Testing

@Suite struct ContainerCommandTests {
  @Test func `ps prints Docker's table`() async throws {
    let engine = try FakeEngine()
    #expect(
      try await engine.run("ps", "-a").output == """
        CONTAINER ID   IMAGE     COMMAND                  CREATED                  STATUS                              PORTS     NAMES
        abababababab   busybox   "sh -c 'exit 7' and …"   Less than a second ago   Exited (7) Less than a second ago             l1

        """)
    #expect(try await engine.run("ps", "-q").output == "abababababab\n")
    #expect(try await engine.run("ps", "-l", "-q", "--no-trunc").output == String(repeating: "ab", count: 32) + "\n")
    #expect(
      try await engine.run("ps", "-f", "name=l", "--format", "{{.Names}} {{.Label \"tier\"}}").output == "l1 web\n")
    #expect(engine.calls.last == "list all=false limit=0 filters=[\"name=l\"]")
    #expect(engine.calls.contains("list all=false limit=1 filters=[]"))
  }

  @Test func `ps prints Docker's raw listing, and ids whatever the format`() async throws {
    let engine = try FakeEngine()
    let raw = try await engine.run("ps", "-a", "--format", "raw").output
    #expect(
      raw.hasPrefix("container_id: abababababab\nimage: busybox\ncommand: \"sh -c 'exit 7' and …\"\ncreated_at: "))
    #expect(
      raw.hasSuffix(
        "\nstate: exited\nstatus: Exited (7) Less than a second ago\nnames: l1\nlabels: tier=web\nports:\n\n"))
    let warning = "WARNING: Ignoring custom format, because both --format and --quiet are set.\n"
    #expect(
      try await engine.run("ps", "-q", "--format", "{{.Names}}")
        == .init(exitCode: 0, output: "abababababab\n", error: warning))
    #expect(try await engine.run("ps", "-q", "--format", "raw").output == "container_id: abababababab\n")
    #expect(
      try await engine.run("images", "--format", "raw", "-q").output
        == "image_id: 7746438d043e\nimage_id: 0dca70710498\n")
    #expect(
      try await engine.run("images", "--digests", "--format", "table {{.Tag}}").output
        == "TAG       DIGEST\nc         <none>\n<none>    <none>\n")
  }

  @Test func `each container is answered for, errors come last`() async throws {
    let engine = try FakeEngine()
    _ = try await engine.run("create", "--name", "a", "busybox")
    _ = try await engine.run("create", "--name", "b", "busybox")
    #expect(
      try await engine.run("rm", "a", "nosuch", "b")
        == .init(exitCode: 1, output: "a\nb\n", error: "Error response from daemon: No such container: nosuch\n"))
    #expect(try await engine.run("rm", "-f", "nosuch").exitCode == 0)
    #expect(try await engine.run("stop", "-t", "0", "a") == .init(exitCode: 0, output: "a\n", error: ""))
    #expect(engine.calls.last == "stop a 0")
    _ = try await engine.run("kill", "-s", "HUP", "a")
    #expect(engine.calls.last == "kill a HUP")
  }

  @Test func `stop and restart take the older name of --timeout`() async throws {
    let engine = try FakeEngine()
    _ = try await engine.run("create", "--name", "a", "busybox")
    let deprecated = "Flag --time has been deprecated, use --timeout instead\n"
    #expect(
      try await engine.run("stop", "--time", "3", "a") == .init(exitCode: 0, output: deprecated + "a\n", error: ""))
    #expect(engine.calls.last == "stop a 3")
    #expect(
      try await engine.run("restart", "--time", "3", "a") == .init(exitCode: 0, output: deprecated + "a\n", error: ""))
    #expect(
      try await engine.run("stop", "--time", "3", "-t", "0", "a")
        == .init(
          exitCode: 1, output: deprecated, error: "conflicting options: cannot specify both --timeout and --time\n"))
  }

  @Test func `rename says twice that it failed, as Docker does`() async throws {
    let engine = try FakeEngine()
    #expect(
      try await engine.run("rename", "l2", "l1")
        == .init(
          exitCode: 1, output: "",
          error: "Error response from daemon: Error when allocating new name: Conflict.\n"
            + "Error: failed to rename container named l2\n"))
  }

  @Test func `exec has the command's exit code, 127 where it is not there, 1 where the container is not`() async throws
  {
    let engine = try FakeEngine()
    _ = try await engine.run("create", "--name", "a", "busybox")
    #expect(try await engine.run("exec", "a", "fail", "3").exitCode == 3)
    #expect(try await engine.run("exec", "-i", "a", "cat", input: "x").output == "x")
    #expect(try await engine.run("exec", "-d", "a", "echo", "x") == .init(exitCode: 0, output: "", error: ""))
    #expect(try await engine.run("exec", "a", "nosuch").exitCode == 127)
    #expect(try await engine.run("exec", "a", "/etc").exitCode == 126)
    #expect(try await engine.run("exec", "a", "user").exitCode == 126)
    #expect(
      try await engine.run("exec", "none", "true")
        == .init(exitCode: 1, output: "", error: "Error response from daemon: No such container: none\n"))
    #expect(try await engine.run("exec", "-it", "a", "sh").error == "the input device is not a TTY\n")
  }

  @Test func `start -a joins, start alone names what it started`() async throws {
    let engine = try FakeEngine()
    _ = try await engine.run("create", "--name", "a", "busybox", "fail", "4")
    #expect(try await engine.run("start", "-a", "a").exitCode == 4)
    #expect(
      try await engine.run("start", "a", "nosuch")
        == .init(
          exitCode: 1, output: "a\n",
          error: "Error response from daemon: No such container: nosuch\nError: failed to start containers: nosuch\n"))
    #expect(
      try await engine.run("start", "-a", "a", "b").error
        == "you cannot start and attach multiple containers at once\n")
  }

  @Test func `inspect prints a list, a template's text, or what is missing`() async throws {
    let engine = try FakeEngine()
    _ = try await engine.run("create", "--name", "a", "busybox")
    #expect(try await engine.run("inspect", "a").output.hasPrefix("[\n    {\n        \"Id\": \"000"))
    #expect(
      try await engine.run("inspect", "-f", "{{.Name}} {{json .State}}", "a").output
        == "/a {\"Running\":true,\"Pid\":7}\n")
    #expect(try await engine.run("inspect", "busybox", "-f", "{{.RepoTags}}").output == "[busybox:latest]\n")
    #expect(
      try await engine.run("inspect", "-s", "-f", "{{.Id}}", "a", "busybox", "nosuch").error
        == "WARNING: --size ignored for image\nError: No such object: nosuch\n")
    #expect(
      try await engine.run("inspect", "-s", "--type", "image", "busybox").error == "WARNING: --size ignored for image\n"
    )
    #expect(
      try await engine.run("inspect", "nosuch")
        == .init(exitCode: 1, output: "[]\n", error: "Error: No such object: nosuch\n"))
    #expect(
      try await engine.run("container", "inspect", "nosuch").error
        == "Error response from daemon: No such container: nosuch\n")
    #expect(
      try await engine.run("image", "inspect", "nosuch").error
        == "Error response from daemon: no such image: nosuch: No such image: nosuch:latest\n")
    let state = "{{range $i := 2}}{{$i}}{{end}} {{if .State.Running}}{{eq .State.Pid 7}}{{else}}down{{end}}"
    #expect(try await engine.run("inspect", "-f", state, "a").output == "01 true\n")
    let missing = try await engine.run("inspect", "-f", "{{.NoSuch}}", "a")
    #expect(missing.output == "\n")
    #expect(
      missing.error
        == "template parsing error: template: :1:2: executing \"\" at <.NoSuch>: map has no entry for key \"NoSuch\"\n")
    let bad = try await engine.run("inspect", "-f", "{{bad}}", "a")
    #expect(
      bad
        == .init(
          exitCode: 64, output: "", error: "template parsing error: template: :1: function \"bad\" not defined\n"))
  }

  @Test func `logs reads the container's own files`() async throws {
    let engine = try FakeEngine()
    let lines = """
      {"log":"o\\n","stream":"stdout","time":"2026-11-23T20:35:21.000000001Z"}
      {"log":"e\\n","stream":"stderr","time":"2026-11-23T20:35:22.5Z"}

      """
    try lines.write(toFile: "\(engine.directory)/c-json.log", atomically: true, encoding: .utf8)
    engine.logDirectory = try FileDescriptor.open(engine.directory, O_RDONLY | O_DIRECTORY)
    #expect(try await engine.run("logs", "c") == .init(exitCode: 0, output: "o\n", error: "e\n"))
    #expect(try await engine.run("logs", "-t", "-f", "c").output == "2026-11-23T20:35:21.000000001Z o\n")
    #expect(try await engine.run("logs", "--tail", "1", "c") == .init(exitCode: 0, output: "", error: "e\n"))
    #expect(try await engine.run("logs", "--since", "2999-01-01T00:00:00Z", "c").error.isEmpty)
    #expect(
      try await engine.run("logs", "--until", "xx", "c").error
        == "invalid value for \"until\": failed to parse value as time or duration: \"xx\"\n")
    #expect(try await engine.run("logs", "--until", "2026-11-23T20:35:22Z", "c").error.isEmpty)
  }

  @Test func `wait, top and stats`() async throws {
    let engine = try FakeEngine()
    _ = try await engine.run("run", "--name", "a", "busybox", "fail", "7")
    #expect(try await engine.run("wait", "a").output == "7\n")
    #expect(
      try await engine.run("top", "a", "-o", "pid").output
        == "PID                 COMMAND\n14623               sleep -o pid\n")
    #expect(
      try await engine.run("stats", "--no-stream").output == """
        CONTAINER ID   NAME      CPU %     MEM USAGE / LIMIT   MEM %     NET I/O    BLOCK I/O   PIDS
        abcdefabcdef   l1        12.50%    1.5MiB / 6MiB       25.00%    1kB / 0B   0B / 0B     1
        0123456789ab             --        -- / --             --        --         --          --

        """)
    #expect(
      try await engine.run("stats", "--no-stream", "--no-trunc", "--format", "{{.Container}} {{.ID}}", "l1").output
        == "l1 abcdefabcdefabcdef\n0123456789ab 0123456789abcdef\n")
  }
}
