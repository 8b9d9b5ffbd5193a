import Errors
import JSON
import Testing

@Suite struct JSONParserTests {
  @Test(arguments: [
    "null", "true", "[]", "{}", "-1", "1.5", "1.0", "-0", "1e2", "1E+02", "1e400", "18446744073709551615",
    "0.10000000000000000000000000000000001", "\"\"", #"{"a":[1,2,{"b":null}],"c":"d"}"#, #""\"\\\n""#,
  ])
  func aDocumentReadsAndWritesBackTheSame(_ text: String) throws {
    #expect(try JSONValue(parsing: text).text() == text)
  }

  @Test(arguments: [
    "", "nul", "[1,]", "{,}", #"{"a"}"#, #"{"a":}"#, "[1 2]", "01", "1.", "-", "1e", "\"", "\"\u{01}\"", #""\x""#,
    #""\u12g4""#, "1 1", "+1", ".5", "1e+", "[", #"{"a":1"#, "\u{FEFF}1",
  ])
  func whatIsNoJSONIsRefused(_ text: String) {
    #expect(throws: GantryError.self) { try JSONValue(parsing: text) }
  }

  @Test func bytesThatAreNotUTF8AreRefused() {
    #expect(throws: GantryError.self) { try JSONValue(parsing: [0x22, 0xFF, 0x22]) }
  }

  @Test func tenThousandLevelsAreAnErrorAndNoCrash() {
    for text in [String(repeating: "[", count: 10_000), String(repeating: #"{"a":"#, count: 10_000)] {
      let error = #expect(throws: GantryError.self) { try JSONValue(parsing: text) }
      #expect(error?.code == .invalidArgument)
    }
  }

  @Test func theLastOfTwoEqualKeysCounts() throws {
    #expect(try JSONValue(parsing: #"{"a":1,"b":2,"a":3}"#).text() == #"{"a":3,"b":2}"#)
  }

  @Test func escapesOfUTF16BecomeCharacters() throws {
    #expect(try JSONValue(parsing: #""\u00e9 \ud83d\ude00 \ud83d""#) == "é 😀 \u{FFFD}")
  }

  @Test func integersKeepEveryDigit() throws {
    #expect(try JSONValue(parsing: "9223372036854775807").integer == .max)
    #expect(try JSONValue(parsing: "9223372036854775808").text() == "9223372036854775808")
    #expect(JSONValue(UInt64.max).text() == "18446744073709551615")
    #expect(JSONValue(UInt64(7)) == .integer(7))
  }

  @Test(arguments: [("1.0", 1), ("1e2", 100), ("-0", 0), ("1.5", nil), ("1e400", nil), ("9223372036854775808", nil)])
  func aNumberIsAnIntegerWhereItHasNoFraction(_ text: String, _ value: Int64?) throws {
    #expect(try JSONValue(parsing: text).integer == value)
  }

  @Test func whatIsNoNumberIsWrittenAsNull() {
    #expect(
      [JSONValue(1.5), JSONValue(-Double.infinity), JSONValue(Double.nan)].map { $0.text() } == ["1.5", "null", "null"])
  }

  @Test func indentationPutsOneMemberOnALine() throws {
    let value: JSONValue = ["a": [1, 2], "b": [:], "c": []]
    #expect(value.text(indentation: "  ") == "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {},\n  \"c\": []\n}")
  }

  /// Mutations of a real document: each is read or refused, and what is read writes back to itself.
  @Test func mutatedDocumentsNeverCrash() throws {
    let seed = Array(#"{"ociVersion":"1.0.2","process":{"args":["a\u00e9"],"n":[-1.5e3,true,null]},"x":{}}"#.utf8)
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
      var bytes = seed
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.remove(at: place)
        default: bytes.insert(contentsOf: bytes[place...].prefix(8), at: place)
        }
      }
      if let value = try? JSONValue(parsing: bytes) {
        #expect(try JSONValue(parsing: value.serialized()) == value)
      }
    }
  }
}
