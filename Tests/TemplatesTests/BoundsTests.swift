import Errors
import Templates
import Testing

/// A template ends, whatever it says.
@Suite struct BoundsTests {
  private func failure(_ template: String) -> String? {
    let error = #expect(throws: GantryError.self) { try Template(template).text(.texts(["a": "b"])) }
    return error?.message
  }

  @Test func `a template that calls itself is stopped`() {
    let message = failure("{{define \"x\"}}{{template \"x\"}}{{end}}{{template \"x\"}}")
    #expect(message?.contains("exceeded maximum template depth") == true)
    #expect(message?.hasPrefix("template: :1:25: executing \"x\" at <{{template \"x\"}}>") == true)
  }

  @Test func `a loop without end is stopped`() {
    #expect(failure("{{range 99999999999}}{{end}}")?.contains("takes more than") == true)
  }

  @Test func `a value that grows without end is stopped`() {
    let message = failure("{{$x := \"aaaaaaaaaaaaaaaa\"}}{{range 60}}{{$x = print $x $x}}{{end}}")
    #expect(message?.contains("takes more than") == true)
  }

  @Test func `output without end is stopped`() {
    let message = failure("{{range 99999999}}{{pad \"x\" 1000000 0}}{{end}}")
    #expect(message?.contains("prints more than 64 MiB") == true)
  }

  @Test(arguments: [
    String(repeating: "{{(", count: 5000), "{{" + String(repeating: "(", count: 100_000),
    String(repeating: "{{if 1}}", count: 50_000), String(repeating: "{{range 2}}", count: 50_000),
    String(repeating: "{{if 1}}{{else ", count: 20_000),
  ])
  func `structures without end in each other are refused`(_ template: String) {
    #expect(throws: GantryError.self) { try Template(template) }
  }

  @Test func `a chain of else ifs is bounded too`() {
    #expect(throws: GantryError.self) {
      try Template("{{if 0}}" + String(repeating: "{{else if 0}}", count: 20_000) + "{{end}}")
    }
  }

  @Test func `widths are bounded`() throws {
    #expect(try Template("{{printf \"%99999999d\" 1}}").text(.missing).utf8.count < 1000)
    #expect(try Template("{{printf \"%.99999999f\" 1.5}}").text(.missing).utf8.count < 3000)
    #expect(failure("{{pad \"x\" 99999999999 0}}")?.contains("is too wide") == true)
  }
}
