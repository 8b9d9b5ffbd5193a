import CLI
import Testing

@Suite struct RowFormatTests {
  private static let rows = [
    FormatRow([("Repository", "img"), ("Tag", "<none>"), ("Size", "1.99MB")], labels: ["tier": "web"])
  ]

  private func text(_ format: String, _ rows: [FormatRow] = rows) throws -> String {
    try RowFormat(format).text(
      rows, columns: ["Repository", "Size"], headers: ["Repository": "REPOSITORY", "Size": "SIZE", "Tag": "TAG"],
      typeName: "*formatter.imageContext")
  }

  @Test(arguments: [
    ("", "REPOSITORY   SIZE\nimg          1.99MB\n"), ("table", "REPOSITORY   SIZE\nimg          1.99MB\n"),
    ("json", "{\"Repository\":\"img\",\"Size\":\"1.99MB\",\"Tag\":\"\\u003cnone\\u003e\"}\n"),
    ("{{json .}}", "{\"Repository\":\"img\",\"Size\":\"1.99MB\",\"Tag\":\"\\u003cnone\\u003e\"}\n"),
    ("{{json .Tag}}", "\"<none>\"\n"), ("{{.Repository}}:{{.Tag}}", "img:<none>\n"),
    ("{{.Label \"tier\"}}/{{.Size}}", "web/1.99MB\n"), ("{{if eq .Tag \"<none>\"}}dangling{{end}}", "dangling\n"),
    ("table {{.Repository}}\\t{{.Tag}}", "REPOSITORY   TAG\nimg          <none>\n"),
    ("table {{upper .Repository}}\\t{{.Label \"com.example.my-tier\"}}", "REPOSITORY   my tier\nIMG          \n"),
    ("table {{range $i := 2}}{{$.Tag}} {{end}}", "TAG TAG \n<none> <none> \n"),
  ])
  func `each form of --format`(_ format: String, _ expected: String) throws { #expect(try text(format) == expected) }

  @Test func `raw is a template where the command has one, and text elsewhere`() throws {
    let headers = ["Tag": "TAG"]
    let rows = Self.rows
    #expect(
      try RowFormat("raw", raw: "tag: {{.Tag}}\n").text(rows, columns: [], headers: headers, typeName: "*x")
        == "tag: <none>\n\n")
    #expect(try RowFormat("raw").text(rows, columns: [], headers: headers, typeName: "*x") == "raw\n")
  }

  @Test func `a table without rows has its header`() throws {
    #expect(try text("", []) == "REPOSITORY   SIZE\n")
    #expect(try text("table {{.Tag}}", []) == "TAG\n")
    #expect(try text("json", []) == "")
  }

  @Test func `fields are made as the format asks for them`() throws {
    let fields = RowFields<Int>([
      ("Half", { String($0 / 2) }), ("Number", { String($0) }), ("Twice", { String($0 * 2) }),
    ])
    func text(_ format: String) throws -> String {
      try RowFormat(format).text(
        [4, 600], fields: fields, columns: ["Number", "Half"], headers: ["Number": "NUMBER", "Half": "HALF"],
        typeName: "*x")
    }
    #expect(try text("") == "NUMBER    HALF\n4         2\n600       300\n")
    #expect(try text("{{.Twice}}") == "8\n1200\n")
    #expect(
      try text("json") == """
        {"Half":"2","Number":"4","Twice":"8"}
        {"Half":"300","Number":"600","Twice":"1200"}

        """)
  }

  @Test func `a field there is none of is an error in Docker's words`() {
    let failure = #expect(throws: CommandFailure.self) { try text("{{.Nope}}") }
    #expect(
      failure?.sentence
        == "template parsing error: template: :1:2: executing \"\" at <.Nope>: can't evaluate field Nope in type "
        + "*formatter.imageContext")
    #expect(failure?.exitCode == 1)
  }
}
