import CLI
import Errors
import Testing

@Suite struct EnvironmentFileTests {
  private func parse(_ text: String) throws -> [String] {
    try EnvironmentFile.parse(Array(text.utf8)) { ["SET": "yes"][$0] }
  }

  @Test func `lines are variables, comments are skipped, bare names come from the environment`() throws {
    #expect(try parse("\u{FEFF}A=1\r\n# no\n\n  B= x =y \nSET\nUNSET\n") == ["A=1", "B= x =y ", "SET=yes"])
  }

  @Test(arguments: [
    ("=x", "no variable name on line '=x'"), ("A B=1", "variable 'A B' contains whitespaces"),
  ])
  func `a bad line gets Docker's sentence`(_ text: String, _ message: String) {
    let error = #expect(throws: GantryError.self) { try parse(text) }
    #expect(error?.message == message)
  }

  @Test func `bytes that are no UTF-8 are named with their line`() {
    let error = #expect(throws: GantryError.self) { try EnvironmentFile.parse([65, 10, 65, 61, 255]) { _ in nil } }
    #expect(error?.message == "invalid utf8 bytes at line 2: [65 61 255]")
  }

  @Test func `a missing file is named as Go names it`() {
    let error = #expect(throws: GantryError.self) { try EnvironmentFile.read("/nosuch") { _ in nil } }
    #expect(error?.message == "open /nosuch: no such file or directory")
  }
}
