import CLI
import JSON
import Testing

@Suite struct RowFormatTests {
  private static let rows = [
    FormatRow(
      [("Repository", "img"), ("Tag", "<none>"), ("Size", "1.99MB")],
      methods: ["Label": { $0 == [.string("tier")] ? "web" : "" }])
  ]

  private func text(_ format: String) throws -> String {
    try RowFormat(format).text(
      Self.rows, columns: ["Repository", "Size"], headers: ["Repository": "REPOSITORY", "Size": "SIZE", "Tag": "TAG"],
      typeName: "*formatter.imageContext")
  }

  @Test(arguments: [
    ("", "REPOSITORY   SIZE\nimg          1.99MB\n"),
    ("json", "{\"Repository\":\"img\",\"Size\":\"1.99MB\",\"Tag\":\"\\u003cnone\\u003e\"}\n"),
    ("{{json .}}", "{\"Repository\":\"img\",\"Size\":\"1.99MB\",\"Tag\":\"\\u003cnone\\u003e\"}\n"),
    ("{{.Repository}}:{{.Tag}}", "img:<none>\n"),
    ("{{.Label \"tier\"}}/{{.Size}}", "web/1.99MB\n"),
    ("table {{.Repository}}\\t{{.Tag}}", "REPOSITORY   TAG\nimg          <none>\n"),
  ])
  func `each form of --format`(_ format: String, _ expected: String) throws { #expect(try text(format) == expected) }

  @Test func `a field there is none of is an error in Docker's words`() {
    let failure = #expect(throws: CommandFailure.self) { try text("{{.Nope}}") }
    #expect(
      failure?.sentence
        == "template parsing error: template: :1:2: executing \"\" at <.Nope>: can't evaluate field Nope in type "
        + "*formatter.imageContext")
  }
}
