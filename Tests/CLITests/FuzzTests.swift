import CLI
import JSON
import Testing

/// Whatever is typed gets an answer: a value or an error, never a trap.
@Suite struct FuzzTests {
  private static let seeds = [
    "{{.State.Pid}} {{json .}}", "{{index .Config.Labels \"a\" | upper}}", "{{(truncate .Id 5)}}{{/* c */}}{{- 1 -}}",
    "type=bind,\"src=/a,b\",dst=/c,readonly,tmpfs-size=1m", "/a:/b:ro,rslave", "1h30m1.5s",
    "2026-11-23T20:35:21.5+01:00",
    "1795466120.92", "512.5MiB", "1.5/3", "nofile=1:-1", "/dev/null:/dev/x:rwm", "ctrl-p,ctrl-q", "--env=A=1",
    "-itemK=V",
    "localhost:5000/a/b:c@sha256:0", "table {{.ID}}\\t{{.Names}}", "0x7fffffffffffffff", "-9223372036854775808",
  ]

  @Test func `no input traps`() {
    var generator = SplitMix(state: 2026)
    let alphabet = Array("{}.()|\"\\`-+ =:,/@0123456789azAZ\n\té%xhTZ".unicodeScalars)
    for round in 0..<6_000 {
      var text = Array(Self.seeds[round % Self.seeds.count].unicodeScalars)
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        let place = Int.random(in: 0...text.count, using: &generator)
        switch Int.random(in: 0...3, using: &generator) {
        case 0: text.insert(alphabet.randomElement(using: &generator) ?? "x", at: place)
        case 1 where place < text.count: text.remove(at: place)
        case 2 where place < text.count: text.insert(contentsOf: text[place...].prefix(20), at: place)
        default: text.removeLast(min(text.count, Int.random(in: 0...3, using: &generator)))
        }
      }
      var string = ""
      string.unicodeScalars.append(contentsOf: text)
      feed(string)
    }
  }

  @Test(arguments: [
    String(repeating: "{{(", count: 5000), "{{" + String(repeating: "(", count: 100_000), "99999999999999999999-01-01",
    "2026-01-01T00:00:00+99999999999999999:00", "1e309", String(repeating: "9", count: 400) + "h",
    String(repeating: "9", count: 400) + ".9", "{{index .A 99999999999999999999}}",
    "{{truncate .A -9223372036854775808}}",
  ])
  func `big inputs neither`(_ text: String) { feed(text) }

  private func feed(_ text: String) {
    // What a template does with values is Templates' own fuzz test.
    _ = try? RowFormat(text)
    _ = try? MountSyntax(text).setting()
    _ = try? VolumeSyntax.checkSections(text)
    _ = try? VolumeSyntax.parse(text, workingDirectory: "/w")
    if let moment = try? Moment(option: text) {
      _ = (moment.rfc3339, moment.localRFC3339, moment.localText, moment.ansiC)
    }
    _ = try? ByteCount.parse(text)
    _ = try? CPUCount.parse(text)
    _ = try? UlimitSetting(text)
    _ = try? DeviceSetting(text)
    _ = try? DetachKeys(text)
    _ = try? GoSyntax.integer(text)
    _ = try? ImageReference.check(text)
    _ = try? EnvironmentFile.parse(Array(text.utf8)) { _ in nil }
    _ = try? GantryCommands.tree.resolve(["run", text, text])
    _ = try? GantryCommands.tree.resolve(text.split(separator: " ").map(String.init))
  }
}

/// Numbers that are the same in every run.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
