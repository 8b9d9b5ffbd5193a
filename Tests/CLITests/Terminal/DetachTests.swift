import CLI
import Errors
import Testing

@Suite struct DetachTests {
  @Test(arguments: [
    ("ctrl-p,ctrl-q", [16, 17]), ("a,b", [97, 98]),
    ("ctrl-@,ctrl-[,ctrl-\\,ctrl-],ctrl-^,ctrl-_", [0, 27, 28, 29, 30, 31]),
  ])
  func `keys are letters or control letters`(_ text: String, _ bytes: [UInt8]) throws {
    #expect(try DetachKeys(text).bytes == bytes)
  }

  @Test(arguments: ["foo", "ctrl-", "ctrl-P", ""])
  func `other keys are refused`(_ text: String) { #expect(throws: GantryError.self) { try DetachKeys(text) } }

  @Test(arguments: [
    ([[1, 2, 3]], [1, 2, 3], false), ([[1, 16, 17, 2]], [1], true), ([[16], [17]], [], true),
    ([[16, 16, 17]], [16], true), ([[16], [5]], [16, 5], false), ([[16, 5, 16], [17]], [16, 5], true),
  ])
  func `the keys let go wherever reads are cut`(_ reads: [[UInt8]], _ forwarded: [UInt8], _ detached: Bool) {
    var filter = DetachFilter(.standard)
    var seen: [UInt8] = []
    var isDetached = false
    for read in reads {
      let (forward, end) = filter.filter(read)
      seen += forward
      isDetached = isDetached || end
    }
    #expect(seen == forwarded)
    #expect(isDetached == detached)
  }

  @Test func `what was held back is given at the end`() {
    var filter = DetachFilter(.standard)
    #expect(filter.filter([16]).forward.isEmpty)
    #expect(filter.remainder() == [16])
    #expect(filter.remainder().isEmpty)
  }

  @Test func `without keys nothing is held back`() {
    var filter = DetachFilter(DetachKeys(bytes: []))
    #expect(filter.filter([16, 17]).forward == [16, 17])
  }
}
