import CLI
import Testing

@Suite struct AbbreviationTests {
  private static let names = ["sha256:00aa", "sha256:00ab", "sha256:0100", "beef01", "build-1"]

  @Test(arguments: [
    ("01", "sha256:0100"), ("sha256:01", "sha256:0100"), ("00aa", "sha256:00aa"), ("beef", "beef01"),
    ("sha256:beef", "sha256:beef"), ("b", "beef01"), ("build", "build"), ("build-1", "build-1"), ("ff", "ff"), ("", ""),
  ])
  func `a beginning means the one name that has it`(_ text: String, _ whole: String) throws {
    #expect(try Abbreviation.whole(text, among: Self.names, kind: "blob") == whole)
  }

  @Test func `a beginning of several is refused`() {
    let error = #expect(throws: CommandFailure.self) {
      try Abbreviation.whole("00", among: Self.names, kind: "blob")
    }
    #expect(error?.sentence == "more than one blob begins with 00: sha256:00aa, sha256:00ab")
  }
}
