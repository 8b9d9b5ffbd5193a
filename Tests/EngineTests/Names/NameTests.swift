import Engine
import Errors
import Testing

struct NameTests {
  private struct Counter: RandomNumberGenerator {
    var value: UInt64
    mutating func next() -> UInt64 {
      value &+= 0x9E37_79B9_7F4A_7C15
      return value
    }
  }

  @Test func madeUpNamesAreAnAdjectiveAndASurname() throws {
    var generator = Counter(value: 1)
    for attempt in 0..<200 {
      let name = NameGenerator.random(attempt: attempt, using: &generator)
      let parts = name.split(separator: "_")
      #expect(parts.count == 2)
      #expect(NameGenerator.adjectives.contains(String(parts[0])))
      let surname = String(parts[1]).filter { !$0.isNumber }
      #expect(NameGenerator.surnames.contains(surname))
      #expect((surname != parts[1]) == (attempt > 2))
      #expect(try ContainerName.checked(name) == name)
    }
  }

  @Test func wordsAreDistinct() {
    #expect(Set(NameGenerator.adjectives).count == NameGenerator.adjectives.count)
    #expect(Set(NameGenerator.surnames).count == NameGenerator.surnames.count)
  }

  @Test(arguments: ["bad name", "", "x", "-x", "ä1", "a/b", "x\n"])
  func badNamesAreRefusedInDockersWords(_ name: String) {
    let error = #expect(throws: GantryError.self) { try ContainerName.checked(name) }
    #expect(
      error?.message == "Invalid container name (\(name)), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed")
  }

  @Test func idsAreSixtyFourDigitsAndNeverLookLikeNumbers() {
    for _ in 0..<100 {
      let id = HexID.random()
      #expect(id.utf8.count == 64 && HexID.isPrefix(id))
      #expect(HexID.short(id).contains { !$0.isNumber })
    }
    #expect(HexID.short("sha256:0123456789abcdef") == "0123456789ab")
    #expect(!HexID.isDigest("sha256:../../etc/passwd"))
  }
}
