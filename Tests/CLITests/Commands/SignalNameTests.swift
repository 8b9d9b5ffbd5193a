import CLI
import Testing

@Suite struct SignalNameTests {
  @Test(arguments: [("TERM", 15), ("SIGTERM", 15), ("sigkill", 9), ("9", 9), ("HUP", 1), ("SYS", 31), ("64", 64)])
  func `a signal is known by name and number`(_ text: String, _ number: UInt32) throws {
    #expect(try SignalName.number(text) == number)
  }

  @Test(arguments: ["", "0", "65", "-1", "BOGUS", "SIG", "SIGSIGTERM"])
  func `what is no signal is refused`(_ text: String) {
    let error = #expect(throws: CommandFailure.self) { try SignalName.number(text) }
    #expect(error?.sentence == "Invalid signal: \(text)")
  }
}
