import CLI
import Foundation
import Testing
import Version

@Suite struct SystemCommandTests {
  @Test(arguments: [
    (["ps"], 1, ""), (["images"], 1, ""), (["rm", "a", "b"], 1, ""), (["inspect", "a"], 1, ""),
    (["version"], 1, "Client:"), (["info"], 1, "Client:"),
  ])
  func `nobody listens`(_ words: [String], _ code: Int32, _ start: String) async throws {
    let outcome = try await CommandRun.run(["-H", "unix:///nosuch/s"] + words)
    #expect(outcome.exitCode == code)
    #expect(outcome.output.hasPrefix(start))
    #expect(
      outcome.error == "Cannot connect to the Gantry daemon at unix:///nosuch/s. Is gantryd running?\n")
  }

  @Test func `nobody listens to run`() async throws {
    let outcome = try await CommandRun.run(["run", "busybox"], environment: ["GANTRY_HOST": "/nosuch/s"])
    #expect(outcome.exitCode == 125)
    #expect(
      outcome.error
        == "gantry: Cannot connect to the Gantry daemon at unix:///nosuch/s. Is gantryd running?\n\n"
        + "Run 'gantry run --help' for more information\n")
  }

  @Test(arguments: ["tcp://1.2.3.4", "relative", "unix://x"])
  func `an address that is no socket's is refused`(_ host: String) async throws {
    let outcome = try await CommandRun.run(["-H", host, "ps"])
    #expect(outcome.exitCode == 1)
    #expect(outcome.error.hasPrefix("unable to use \"\(host)\" as the engine's address"))
  }

  @Test func `version and info have Docker's layout`() async throws {
    let engine = try FakeEngine()
    let version = try await engine.run("version").output
    #expect(version.hasPrefix("Client:\n Version:           \(ProductVersion.number)\n Swift version:     "))
    #expect(version.contains("\n Git commit:        \(ProductVersion.commit)\n"))
    #expect(version.contains("\n  Git commit:       abc\n  Built:            Fri May 30 12:07:14 2025\n"))
    #expect(
      version.contains(
        "\nServer:\n Engine:\n  Version:          9.9\n  API version:      1.41 (minimum version 1.12)\n"))
    #expect(version.hasSuffix(" gantry-shim:\n  Version:          9.8\n  GitCommit:        def\n"))
    #expect(try await engine.run("version", "-f", "{{.Server.Version}} {{.Server.APIVersion}}").output == "9.9 1.41\n")
    let info = try await engine.run("info").output
    #expect(info.contains("\nServer:\n Containers: 1\n  Running: 0\n"))
    #expect(info.contains("\n CPUs: 2\n Total Memory: 23.54GiB\n"))
    #expect(try await engine.run("system", "info", "-f", "{{.Driver}} {{.NCPU}}").output == "overlay 2\n")
    #expect(
      try await engine.run("version", "-f", "{{bad}}")
        == .init(
          exitCode: 64, output: "",
          error: "template parsing error: template: version:1: function \"bad\" not defined\n"))
    #expect(
      try await engine.run("info", "-f", "{{.Nope}}")
        == .init(
          exitCode: 1, output: "\n",
          error: "template: :1:2: executing \"\" at <.Nope>: can't evaluate field Nope in type system.dockerInfo\n"))
  }

  @Test func `events are lines, or Docker's objects`() async throws {
    let engine = try FakeEngine()
    let line = try await engine.run("events").output
    #expect(line.hasSuffix(" container destroy 6c1b (image=busybox, name=lo)\n"))
    #expect(
      try await engine.run("events", "--format", "{{json .}}").output == """
        {"status":"destroy","id":"6c1b","from":"busybox","Type":"container","Action":"destroy","Actor":{"ID":"6c1b",\
        "Attributes":{"image":"busybox","name":"lo"}},"scope":"local","time":1795466120,"timeNano":1795466120921188098}

        """)
    #expect(try await engine.run("events", "--format", "{{.Type}} {{.Action}}").output == "container destroy\n")
    #expect(
      try await engine.run(
        "events", "--format", "{{.Status}} {{.Scope}} {{.Time}} {{index .Actor.Attributes \"name\"}}"
      )
      .output == "destroy local 1795466120 lo\n")
    #expect(
      try await engine.run("events", "--format", "{{.Nope}}")
        == .init(
          exitCode: 64, output: "",
          error: "Error parsing format: template: :1:2: executing \"\" at <.Nope>: can't evaluate field Nope in type "
            + "*events.Message\n"))
    #expect(
      try await engine.run("events", "--since", "x").error == "failed to parse value as time or duration: \"x\"\n")
  }

  @Test func `images are listed, removed and taken in`() async throws {
    let engine = try FakeEngine()
    #expect(
      try await engine.run("images").output == """
        REPOSITORY   TAG       IMAGE ID       CREATED          SIZE
        hist         c         7746438d043e   1 second ago     1.99MB
        <none>       <none>    0dca70710498   31 minutes ago   683kB

        """)
    #expect(try await engine.run("images", "-q").output == "7746438d043e\n0dca70710498\n")
    #expect(
      try await engine.run("rmi", "a", "nosuch")
        == .init(
          exitCode: 1, output: "Untagged: a:latest\nDeleted: sha256:00\n",
          error: "Error response from daemon: No such image: nosuch:latest\n"))
    #expect(
      try await engine.run("image", "import", "-", "img:1", input: "data")
        == .init(
          exitCode: 0, output: "Loaded image: img:1\n",
          error: ""))
    #expect(try await engine.run("load", "-q", input: "data").output == "Loaded image ID: sha256:4\n")
    #expect(
      try await engine.run("import", "-", input: "bad")
        == .init(exitCode: 1, output: "", error: "Error response from daemon: -: the archive ends too soon\n"))
    let address = "http://localhost/a.tar"
    #expect(
      try await engine.run("import", address)
        == .init(exitCode: 0, output: "Downloading from \(address)\nsha256:00\n", error: ""))
    #expect(try await engine.run("import", "-q", address).output == "sha256:00\n")
    #expect(try await engine.run("import", "/nosuch").error == "open /nosuch: no such file or directory\n")
  }

  @Test func `plugins are listed and restarted`() async throws {
    let engine = try FakeEngine()
    #expect(
      try await engine.run("plugin", "ls").output == """
        KIND      NAME      STATE     PID       RESTARTS   VERSION   CAPABILITIES   LAST ERROR
        content   local     running   7         1          1         blobs          \n
        """)
    #expect(try await engine.run("plugin", "restart", "local").output == "local\n")
  }

  @Test func `the version needs nobody`() async throws {
    let outcome = try await CommandRun.run(["--version"])
    #expect(outcome.exitCode == 0)
    #expect(outcome.output == "Gantry version \(ProductVersion.number), build \(ProductVersion.commit)\n")
  }
}
