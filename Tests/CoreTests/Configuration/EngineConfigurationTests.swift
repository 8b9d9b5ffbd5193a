import Core
import Errors
import Glibc
import JSON
import Linux
import Testing

@Suite struct EngineConfigurationTests {
  private func apply(_ text: String) throws -> EngineConfiguration {
    var configuration = EngineConfiguration()
    try configuration.apply(Array(text.utf8), path: "/etc/daemon.json")
    return configuration
  }

  @Test func dockersKeysAreTaken() throws {
    let configuration = try apply(
      #"""
      {"data-root": "/data", "storage-driver": "overlay2", "debug": true, "log-opts": {"max-size": "10m"},
       "default-ulimits": {"nofile": {"Name": "nofile", "Soft": 1, "Hard": 2}}, "bip": "10.1.0.1/16", "mtu": 1400,
       "insecure-registries": ["a:5000"], "live-restore": true}
      """#)
    #expect(configuration.rootDirectory == "/data")
    #expect(configuration.snapshotter == "overlay")
    #expect(configuration.isDebugging)
    #expect(configuration.logOptions == ["max-size": "10m"])
    #expect(configuration.ulimits == ["nofile": .init(soft: 1, hard: 2)])
    #expect(configuration.insecureRegistries == ["a:5000"])
    #expect(configuration.keysWithoutEffect == ["live-restore"])
    let bridge = configuration.configuration(for: PluginIdentity(kind: .network, name: "bridge"))
    #expect(bridge == JSONObject([("bip", "10.1.0.1/16"), ("mtu", 1400)]))
    #expect(configuration.configuration(for: PluginIdentity(kind: .content, name: "local")).isEmpty)
  }

  @Test(arguments: [(0, 3, 5), (1, 1, 1), (100, 100, 100), (99_999, 1000, 1000)])
  func zeroTransfersAtATimeAreTheUsualNumber(_ number: Int, _ downloads: Int, _ uploads: Int) throws {
    let configuration = try apply(
      "{\"max-concurrent-downloads\": \(number), \"max-concurrent-uploads\": \(number)}")
    #expect(configuration.maximumDownloads == downloads && configuration.maximumUploads == uploads)
  }

  @Test(arguments: [("10m", 10 << 20), ("4096", 4096), ("1.5k", 1536), ("2GiB", 2 << 30)])
  func sizesAreReadAsDockerReadsThem(_ text: String, _ bytes: Int64) {
    #expect(LogOptionCheck.bytes(text) == bytes)
  }

  @Test func pluginsHaveAddressesAndSections() throws {
    let configuration = try apply(
      #"{"plugins": [{"kind": "snapshotter", "name": "zfs", "address": "unix:///run/zfs.sock"}, "#
        + #"{"kind": "network", "name": "bridge", "config": {"mtu": 9000}}], "mtu": 1400}"#)
    #expect(configuration.plugins[.init(kind: .snapshotter, name: "zfs")]?.address == "/run/zfs.sock")
    let bridge = configuration.configuration(for: PluginIdentity(kind: .network, name: "bridge"))
    #expect(bridge == JSONObject([("mtu", 9000)]))
  }

  @Test(arguments: [
    ("", "configuration /etc/daemon.json: JSON"),
    ("[]", "must be an object"),
    (#"{"debug": 1}"#, "\"debug\" must be true or false"),
    (#"{"data-root": "relative"}"#, "\"data-root\" must be an absolute path"),
    (#"{"log-driver": "syslog"}"#, "one of json-file, none"),
    (#"{"max-concurrent-downloads": -1}"#, "\"max-concurrent-downloads\" must be a whole number that is not negative"),
    (#"{"max-concurrent-uploads": "5"}"#, "\"max-concurrent-uploads\" must be a whole number that is not negative"),
    (#"{"max-download-attempts": 0}"#, "\"max-download-attempts\" must be a whole number between 1 and 1000"),
    (#"{"log-opts": {"max-size": "zz"}}"#, "\"log-opts\": invalid value for log opt max-size: zz"),
    (#"{"log-opts": {"colour": "1"}}"#, "\"log-opts\": unknown log opt 'colour'"),
    (
      #"{"registry-mirrors": ["https://a", "ftp://b"]}"#,
      "\"registry-mirrors\": invalid mirror: unsupported scheme \"ftp\""
    ),
    (
      #"{"registry-mirrors": ["https://u:secret@b"]}"#,
      "invalid mirror: username/password not allowed in URI of \"b\""
    ),
    (#"{"registry-mirrors": ["https://b/?x=1"]}"#, "query or fragment at end of the URI \"https://b/?x=1\""),
    (#"{"insecure-registries": ["10.0.0.0/33"]}"#, "insecure registry 10.0.0.0/33 is not valid"),
    (#"{"insecure-registries": ["::/x"]}"#, "insecure registry ::/x is not valid"),
    (#"{"registry-mirrors": ["mirror.example"]}"#, "unsupported scheme \"\" in \"mirror.example\""),
    (#"{"dns": "8.8.8.8"}"#, "\"dns\" must be a list of texts"),
    (#"{"mtu": -1}"#, "not negative"),
    (#"{"shutdown-timeout": 0}"#, "between 1 and 86400"),
    (#"{"colour": 1, "shape": 2}"#, "don't match any configuration option: colour, shape"),
    (#"{"plugins": {}}"#, "must be a list"),
    (#"{"plugins": [{"kind": "x", "name": "y"}]}"#, "must be one of content, snapshotter, network, runtime"),
    (#"{"plugins": [{"kind": "network", "name": "../y"}]}"#, "must be a word"),
    (#"{"plugins": [{"kind": "network", "name": "a", "adress": "/x"}]}"#, "unknown key \"adress\""),
    (#"{"plugins": [{"kind": "network", "name": "a", "address": "tcp://x"}]}"#, "unix:///path"),
    (#"{"plugins": [{"kind": "network", "name": "a"}, {"kind": "network", "name": "a"}]}"#, "twice"),
  ])
  func whatIsWrongIsNamed(_ text: String, _ words: String) {
    let error = #expect(throws: GantryError.self) { try apply(text) }
    #expect(error?.code == .invalidArgument)
    #expect(error?.message.contains("/etc/daemon.json") == true)
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
  }

  @Test func flagsCountMoreThanTheFile() throws {
    let scratch = try ScratchDirectory()
    let file = scratch.file("daemon.json")
    try AtomicFile.write(
      Array(#"{"data-root": "/a", "exec-root": "/b", "plugin-directories": ["/p"]}"#.utf8), to: file, durable: false)
    let invocation = try EngineInvocation(arguments: ["--config", file, "--root=/c", "--plugin-dir", "/q", "-D"])
    guard case .run(let configuration) = invocation else {
      Issue.record("\(invocation)")
      return
    }
    #expect(configuration.rootDirectory == "/c")
    #expect(configuration.runDirectory == "/b")
    #expect(configuration.socketPath == "/b/gantry.sock")
    #expect(configuration.pluginDirectories == ["/p", "/q"])
    #expect(configuration.isDebugging)
    #expect(try EngineInvocation(arguments: ["--help"]) == .help)
    #expect(try EngineInvocation(arguments: ["-v"]) == .version)
  }

  @Test(arguments: [
    (["--colour"], ErrorCode.invalidArgument, "unknown flag: --colour"),
    (["file"], .invalidArgument, "unexpected argument: file"),
    (["--root"], .invalidArgument, "flag needs a value: --root"),
    (["--root="], .invalidArgument, "flag needs a value: --root"),
    (["--config", "/nonexistent/daemon.json"], .notFound, "/nonexistent/daemon.json does not exist"),
  ])
  func aWrongCommandLineIsNamed(_ arguments: [String], _ code: ErrorCode, _ words: String) {
    let error = #expect(throws: GantryError.self) { try EngineInvocation(arguments: arguments) }
    #expect(error?.code == code)
    #expect(error?.message.contains(words) == true)
  }

  @Test func anInstallationIsFoundFromItsProgram() throws {
    let scratch = try ScratchDirectory()
    #expect(Installation(executable: scratch.file("bin/gantryd")).plugins == scratch.file("bin"))
    try Directory.create(scratch.file("libexec/gantry"), mode: 0o755)
    _ = try FileDescriptor.open(scratch.file("libexec/gantry/gantry-shim"), O_CREAT | O_WRONLY, mode: 0o755)
    let installation = Installation(executable: scratch.file("bin/gantryd"))
    #expect(installation.plugins == scratch.file("libexec/gantry/plugins"))
    #expect(installation.program("gantry-shim") == scratch.file("libexec/gantry/gantry-shim"))
  }
}
