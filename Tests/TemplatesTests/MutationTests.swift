import JSON
import Templates
import Testing

/// Whatever is typed gets an answer, a text or an error, and soon.
@Suite struct MutationTests {
  private static let seeds = [
    "{{range $k, $v := .Labels}}{{$k}}={{$v}};{{else}}none{{end}}", "{{if and .a (not .b)}}x{{else if .c}}y{{end}}",
    "{{with .Config}}{{.Cmd}}{{else with .x}}{{.}}{{end}}", "{{define \"t\"}}{{.}}{{end}}{{template \"t\" .Config}}",
    "{{block \"b\" .}}{{.Id | printf \"%-12.3s|%q|%x\" | upper}}{{end}}", "{{index .Config.Cmd 0 | json | js}}",
    "{{slice .Id 1 3}}{{len .Labels}}{{eq 1 2 3}}{{lt 1.5 2}}",
    "{{range 3}}{{break}}{{continue}}{{end}}{{- /* c */ -}}",
    "{{$x := 1}}{{$x = 'a'}}{{printf \"%*d %[1]v %+v\" 5 $x .}}",
    "{{title (join (split .Id \"b\") `-`)}}{{0x1p-2}}{{1i}}",
  ]

  @Test func `no mutation traps or hangs`() throws {
    var generator = SplitMix(state: 2026)
    let document = try JSONValue(parsing: #"{"Id":"abc","Labels":{"k":"v"},"Config":{"Cmd":["a","b"],"n":null},"a":1}"#)
    let values = [Value(document: document), Value(structure: document, named: "container.Info")]
    let alphabet = Array("{}.()|\"\\`'-+ =:,$/@0123456789azAZ\n\té%*[]xthTZ".unicodeScalars)
    let words = ["{{", "}}", "{{end}}", "{{range ", "{{if ", "{{else}}", "{{break}}", "999999999999", " | ", "$x := "]
    for round in 0..<8_000 {
      var text = Array(Self.seeds[round % Self.seeds.count].unicodeScalars)
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        let place = Int.random(in: 0...text.count, using: &generator)
        switch Int.random(in: 0...4, using: &generator) {
        case 0: text.insert(alphabet.randomElement(using: &generator) ?? "x", at: place)
        case 1: text.insert(contentsOf: (words.randomElement(using: &generator) ?? "").unicodeScalars, at: place)
        case 2 where place < text.count: text.remove(at: place)
        case 3 where place < text.count: text.insert(contentsOf: text[place...].prefix(20), at: place)
        default: text.removeLast(min(text.count, Int.random(in: 0...3, using: &generator)))
        }
      }
      var string = ""
      string.unicodeScalars.append(contentsOf: text)
      // A loop over a long number takes its steps, which BoundsTests counts; here they would take the time.
      if string.contains("9999999"), string.contains("range") { string = string.filter { $0 != "9" } }
      guard let template = try? Template(string) else { continue }
      for value in values {
        let (output, error) = template.outcome(value, missingKey: round.isMultiple(of: 2) ? .error : .noValue)
        #expect(output.utf8.count <= 64 << 20)
        #expect(error?.message.hasPrefix("template: ") ?? true)
      }
    }
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
