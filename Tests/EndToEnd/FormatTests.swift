import Foundation
import Testing

/// `--format` and `-f` with Go's template language, on objects that are really there.
@Suite(.serialized, .enabled(if: Privilege.isGiven, "GANTRY_OUT names no built tree"))
struct FormatTests {
  @Test func templatesWorkOnRowsAndDocuments() throws {
    try TestEngine.use { (engine) throws in
      try engine.expect(
        "create", "--name", "fo", "--network", "none", "-v", "/usr:/mnt:ro", "--label", "tier=web", "busybox", "sleep",
        "600")
      #expect(
        try engine.expect("ps", "-a", "--format", #"table {{.Names}}\t{{.Status}}"#).output
          == "NAMES     STATUS\nfo        Created\n")
      #expect(
        try engine.expect("ps", "-a", "--format", #"{{if eq .State "created"}}{{.Label "tier" | upper}}{{end}}"#).line
          == "WEB")
      let mounts = "{{range .Mounts}}{{.Source}}->{{.Destination}} {{if .RW}}rw{{else}}ro{{end}};{{end}}"
      #expect(try engine.expect("inspect", "-f", mounts, "fo").line == "/usr->/mnt ro;")
      let labels = "{{range $k, $v := .Config.Labels}}{{$k}}={{$v}};{{end}} {{join .Config.Cmd \" \"}}"
      #expect(try engine.expect("inspect", "-f", labels, "fo").line == "tier=web; sleep 600")
      #expect(
        try engine.expect("inspect", "-f", "{{if .State.Pid}}up{{else}}down{{end}} {{eq .State.ExitCode 0}}", "fo").line
          == "down true")
      // What Docker's JSON leaves out while it is empty is no error.
      let absent = "{{if .State.Health}}{{.State.Health.Status}}{{else}}none{{end}} {{.HostConfig.Tmpfs}}"
      #expect(try engine.expect("inspect", "-f", absent, "fo").line == "none map[]")
      let images = try engine.expect("images", "--format", "json").lines
      let row = try JSONSerialization.jsonObject(with: Data((images.first ?? "").utf8)) as? [String: String]
      #expect(images.count == 1 && row?["Repository"] == "busybox" && row?["Tag"] == "latest")
      try engine.expect("rm", "fo")
    }
  }

  @Test func whatDoesNotFitIsToldWithItsPlaceAndDockersExitCode() throws {
    try TestEngine.use { (engine) throws in
      try engine.expect("create", "--name", "fo", "--network", "none", "busybox", "true")
      let absent = try engine.gantry("inspect", "-f", "{{.State.Status}} {{.State.Nope}}", "fo")
      #expect(absent.status == 1)
      #expect(absent.output == "\n")
      #expect(
        absent.error
          == "template parsing error: template: :1:26: executing \"\" at <.State.Nope>: map has no entry for key \"Nope\"\n"
      )
      let unread = try engine.gantry("inspect", "-f", "{{range .Mounts}}x", "fo")
      #expect(unread.status == 64)
      #expect(unread.error == "template parsing error: template: :1: unexpected EOF\n")
      let row = try engine.gantry("ps", "--format", "table {{.Nope}}")
      #expect(row.status == 1)
      #expect(
        row.error
          == "failed to execute template: template: :1:8: executing \"\" at <.Nope>: can't evaluate field Nope in type *formatter.ContainerContext\n"
      )
      try engine.expect("rm", "fo")
    }
  }
}
