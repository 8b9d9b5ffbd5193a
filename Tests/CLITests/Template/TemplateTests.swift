import CLI
import Errors
import JSON
import Testing

@Suite struct TemplateTests {
  private static let document: JSONValue = [
    "Id": "245bc4c9b461", "Name": "/t1", "State": ["Running": true, "Pid": 27472, "Health": nil],
    "Config": ["Cmd": ["sleep", "600"], "Labels": ["a": "b"], "Env": nil], "Mounts": [],
  ]

  private func render(_ template: String) throws -> String {
    try Template(template).render(TemplateContext(root: Self.document))
  }

  @Test(arguments: [
    ("{{.Name}}", "/t1"), ("{{.State.Running}} {{ .State.Pid }}", "true 27472"),
    ("{{json .State}}", "{\"Running\":true,\"Pid\":27472,\"Health\":null}"), ("{{json .Mounts}}", "[]"),
    ("{{.Config.Cmd}}", "[sleep 600]"), ("{{.Config.Labels}}", "map[a:b]"), ("{{.State.Health}}", "<no value>"),
    ("{{index .Config.Labels \"a\"}}", "b"), ("{{index .Config.Cmd 1}}", "600"), ("{{len .Config.Cmd}}", "2"),
    ("{{join .Config.Cmd \",\"}}", "sleep,600"), ("{{upper .Name}} {{.Name | lower}}", "/T1 /t1"),
    ("{{truncate .Id 5}}", "245bc"), ("{{.Id | json}}", "\"245bc4c9b461\""), ("{{println .Name}}", "/t1\n"),
    ("a {{- .Name -}} b", "a/t1b"), ("{{/* nothing */}}x", "x"), ("no action", "no action"),
    ("{{(index .Config.Cmd 0) | upper}}", "SLEEP"), ("{{\"a\\\"b\"}}{{`c`}}{{3}}{{true}}", "a\"bc3true"),
  ])
  func `fields, functions and pipes`(_ template: String, _ text: String) throws {
    #expect(try render(template) == text)
  }

  @Test(arguments: [
    ("{{.NoSuch}}", ":1:2: executing \"\" at <.NoSuch>: map has no entry for key \"NoSuch\""),
    ("{{.State.NoSuch}}", ":1:8: executing \"\" at <.State.NoSuch>: map has no entry for key \"NoSuch\""),
    ("{{.Name.X}}", ":1:7: executing \"\" at <.Name.X>: can't evaluate field X in type interface {}"),
    (
      "{{.State.Health.Status}}",
      ":1:8: executing \"\" at <.State.Health.Status>: nil pointer evaluating interface {}.Status"
    ),
    ("{{index .Config.Cmd 9}}", ":1:2: executing \"\" at <index>: error calling index: index out of range: 9"),
  ])
  func `what cannot be filled in says where`(_ template: String, _ reason: String) {
    let failure = #expect(throws: CommandFailure.self) { try render(template) }
    #expect(failure?.sentence == "template parsing error: template: \(reason)")
  }

  @Test(arguments: [
    ("{{", "template: :1: unclosed action"), ("{{bad", "template: :1: unclosed action"),
    ("x\n{{bad}}", "template: :2: function \"bad\" not defined"), ("{{}}", "template: :1: missing value for command"),
    ("{{\"a}}", "template: :1: unterminated quoted string"), ("{{(.A}}", "template: :1: unclosed left paren"),
    ("{{.A)}}", "template: :1: unexpected \")\" in command"),
  ])
  func `what does not parse says why`(_ template: String, _ message: String) {
    let error = #expect(throws: GantryError.self) { try Template(template) }
    #expect(error?.message == message)
  }

  @Test func `control structures are named as missing`() {
    let error = #expect(throws: GantryError.self) { try Template("{{range .Mounts}}x{{end}}") }
    #expect(error?.message.contains("this version has no \"range\"") == true)
  }
}
