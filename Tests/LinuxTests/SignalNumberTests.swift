import Errors
import Linux
import Testing

struct SignalNumberTests {
  @Test(arguments: [
    ("KILL", 9), ("SIGKILL", 9), ("kill", 9), ("9", 9), ("sigterm", 15), ("RTMIN", 34), ("SIGRTMIN+3", 37),
    ("RTMAX-1", 63), ("64", 64), ("CHLD", 17), ("WINCH", 28), ("SYS", 31),
  ])
  func knowsNamesAndNumbers(_ text: String, _ number: UInt32) throws {
    #expect(try SignalNumber.of(text) == number)
  }

  @Test(arguments: ["NOSIG", "", "0", "65", "-1", "RTMIN+16", "SIG", "SIGSIGTERM"])
  func refusesOthersInDockersWords(_ text: String) {
    let error = #expect(throws: GantryError.self) { try SignalNumber.of(text) }
    #expect(error?.message == "Invalid signal: \(text)")
    #expect(error?.code == .invalidArgument)
  }
}
