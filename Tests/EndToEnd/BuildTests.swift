import Foundation
import Testing

/// What the staged tree says of itself.
@Suite(.serialized, .enabled(if: Privilege.isGiven, "GANTRY_OUT names no built tree"))
struct BuildTests {
  @Test func everyProgramTellsTheSameVersionAndCommit() throws {
    try TestEngine.use { (engine) throws in
      let commit = try String(contentsOfFile: "\(try #require(Privilege.tree))/commit", encoding: .utf8)
        .trimmingCharacters(in: .newlines)
      #expect(!commit.isEmpty)
      let fields = try engine.expect(
        "version", "-f",
        "{{.Client.Version}} {{.Client.GitCommit}} {{.Server.Version}} {{.Server.GitCommit}} {{.Server.BuildTime}}"
      ).line.split(separator: " ").map(String.init)
      let version = try #require(fields.first)
      #expect(fields.count == 5)
      #expect(Array(fields.prefix(4)) == [version, commit, version, commit])
      #expect(fields.last?.hasSuffix(".000000000+00:00") == true)
      let text = try engine.expect("version").output
      #expect(text.matches(of: /Built: +[A-Z][a-z]{2} [A-Z][a-z]{2} [ 0-9][0-9] [0-9:]{8} 20[0-9]{2}\n/).count == 2)
      #expect(
        try engine.expect("--version").line == "Gantry version \(version), build \(commit)")
      let shim = try Command.run([engine.libexec("gantry-shim"), "-v"], within: 10).output
      #expect(shim == "gantry-shim:\n  Version:  \(version)\n  Revision: \(commit)\n")
    }
  }

  @Test func everyShippedPluginRunsAndTellsThatVersion() throws {
    try TestEngine.use { (engine) throws in
      let version = try engine.expect("version", "-f", "{{.Client.Version}}").line
      let directory = engine.libexec("plugins")
      let names = try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
      #expect(names.count >= 5)
      try eventually("all plugins run") {
        try engine.expect("plugin", "ls").lines.dropFirst().allSatisfy { $0.contains(" running ") }
      }
      let lines = try engine.expect("plugin", "ls").lines.dropFirst().map {
        $0.split(separator: " ").map(String.init)
      }
      #expect(lines.map { "gantry-\($0[0])-\($0[1])" }.sorted() == names)
      #expect(lines.allSatisfy { $0.contains(version) })
      for name in names {
        #expect(
          try FileManager.default.destinationOfSymbolicLink(atPath: "\(directory)/\(name)") == "../../../bin/gantryd")
      }
    }
  }
}
