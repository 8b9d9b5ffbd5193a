import Errors
import JSON
import Templates
import Testing

/// Values as a command makes them: rows with methods, documents with a struct behind them.
@Suite struct RecordTests {
  private static let row = Value.pointer(
    .record(
      Record(
        "formatter.rowContext", [.init("Name", "a<b"), .init("Platform", .pointer(nil, to: .record("v1.Platform")))],
        methods: ["Label": .init([.string]) { values in values.count == 1 ? "web" : "" }], escapesHTML: true)),
    to: .record("formatter.rowContext"))

  @Test(arguments: [
    ("{{.Name}} {{.Platform}} {{.Label \"tier\"}}", "a<b <nil> web"),
    ("{{json .}}", #"{"Name":"a\u003cb","Platform":null}"#), ("{{json .Name}}", "\"a<b\""),
  ])
  func `rows know fields and methods`(_ template: String, _ text: String) throws {
    #expect(try Template(template).text(Self.row) == text)
  }

  @Test func `a list of rows makes its JSON as they do`() throws {
    let rows = Value.list([Self.row], of: .pointer(.record("formatter.rowContext")))
    #expect(try Template("{{json .}}").text(rows) == #"[{"Name":"a\u003cb","Platform":null}]"#)
  }

  @Test func `an unknown field names the row's type`() {
    let error = #expect(throws: GantryError.self) { try Template("x\n {{.Nope}}", name: "n").text(Self.row) }
    #expect(
      error?.message
        == "template: n:2:3: executing \"n\" at <.Nope>: can't evaluate field Nope in type *formatter.rowContext")
  }

  @Test func `a map with methods has no value for what it lacks`() throws {
    let header = Value.record(Record("formatter.SubHeaderContext", [.init("Name", "NAME")], isMap: true))
    #expect(try Template("{{upper .Name}} {{.Nope}}").text(header, functions: .header) == "NAME <no value>")
  }

  @Test(arguments: [
    ("{{json .State}}", #"{"Status":"exited","Pid":0,"ExitCode":3,"Health":null}"#),
    ("{{if .State.Pid}}on{{else}}off{{end}} {{eq .State.ExitCode 3}}", "off true"),
    ("{{.State}}", "{exited 0 3 <nil>}"),
    ("{{.Config.Env}} {{len .Config.Env}} {{json .Config.Env}}{{range .Config.Env}}x{{end}}", "[] 0 null"),
    ("{{.Config.Labels}} {{json .Config.Labels}}", "map[] null"), ("{{join .Config.Cmd \",\"}}", "sleep,600"),
    ("{{.HostConfig.LogConfig}} {{index .HostConfig.LogConfig.Config \"no\"}}", "{json-file map[max-size:1m]} "),
    ("{{(index (index .Ports \"80/tcp\") 0).HostPort}}", "8099"), ("{{printf \"%T\" .State.Pid}}", "int"),
    ("{{range $name, $n := .Networks}}{{$name}}={{$n.IPAddress}} {{end}}", "bridge=172.17.0.2 "),
  ])
  func `documents behave like Docker's structs`(_ template: String, _ text: String) throws {
    let document = try JSONValue(
      parsing: """
        {"State":{"Status":"exited","Pid":0,"ExitCode":3,"Health":null},
        "Config":{"Env":null,"Labels":null,"Cmd":["sleep","600"]},
        "HostConfig":{"LogConfig":{"Type":"json-file","Config":{"max-size":"1m"}}},
        "Ports":{"80/tcp":[{"HostIp":"","HostPort":"8099"}],"81/tcp":null},
        "Networks":{"bridge":{"IPAddress":"172.17.0.2"}}}
        """)
    #expect(try Template(template).text(Value(structure: document, named: "container.InspectResponse")) == text)
  }

  @Test func `an image has the members that its document left out`() throws {
    let document = try JSONValue(parsing: #"{"Architecture":"amd64","Os":"linux"}"#)
    let value = Value(structure: document, named: "image.InspectResponse")
    #expect(try Template("{{.Variant}}|{{.OsVersion}}|{{.Os}}").text(value) == "||linux")
  }

  @Test(arguments: [
    ("0001-01-01T00:00:00Z", "0001-01-01 00:00:00 +0000 UTC"),
    ("2024-02-29T23:59:59.5Z", "2024-02-29 23:59:59.5 +0000 UTC"),
    ("2026-02-31T00:00:00Z", "2026-02-31T00:00:00Z"), ("2026-02-28T00:00:00+01:00", "2026-02-28T00:00:00+01:00"),
    ("2026-02-28T00:00:00.Z", "2026-02-28T00:00:00.Z"), ("", ""),
  ])
  func `a moment prints as Go's, and what is none stays as it is`(_ moment: String, _ text: String) throws {
    let document: JSONValue = ["Metadata": ["LastTagTime": .string(moment)]]
    let value = Value(structure: document, named: "image.InspectResponse")
    #expect(try Template("{{.Metadata.LastTagTime}}").text(value) == text)
    #expect(try Template("{{json .Metadata}}").text(value) == document["Metadata"]?.text())
  }

  @Test func `an image's settings are OCI's and Docker's`() throws {
    let text = #"{"Config":{"Hostname":"","User":"","Cmd":null,"Volumes":{"/data":{}},"Labels":{"a":"b"}}}"#
    let value = Value(structure: try JSONValue(parsing: text), named: "image.InspectResponse")
    #expect(
      try Template("{{.Config}}").text(value) == "{{ map[] [] [] [] map[/data:{}]  map[a:b]  false} {<nil> [] []}}")
    #expect(try Template("{{json .Config}}").text(value) == #"{"Volumes":{"/data":{}},"Labels":{"a":"b"}}"#)
  }

  @Test func `columns line up as Go's tabwriter has them`() {
    #expect(TabbedText.aligned("A\tB\nlonger than ten\tx\n") == "A                 B\nlonger than ten   x\n")
    #expect(TabbedText.aligned("A\té\tC\n1\t2\t3\n") == "A         é         C\n1         2         3\n")
    // A line of fewer cells ends the columns that it lacks, and no others.
    #expect(
      TabbedText.aligned("a\tlong\tx\nb\ty\nc\t1\tz", minimumWidth: 1) == "a   long   x\nb   y\nc   1   z")
    #expect(TabbedText.aligned("a\t1\nno tabs\nlonger\t2\n", minimumWidth: 1) == "a   1\nno tabs\nlonger   2\n")
    #expect(TabbedText.aligned("a\t1\r\nlonger\t2\r\n", minimumWidth: 1) == "a        1\r\nlonger   2\r\n")
    #expect(TabbedText.aligned("") == "")
  }
}
