import Errors
import OCIRuntime
import Testing

@Suite struct RuntimeArgumentsTests {
  @Test func optionsMayStandBeforeAndAfterTheCommand() throws {
    let arguments = try RuntimeArguments([
      "--root", "/r", "--log-format=json", "create", "--bundle", "/b", "--no-pivot", "--preserve-fds=2", "id",
    ])
    #expect(arguments.command == "create")
    #expect(arguments.value("root") == "/r")
    #expect(arguments.value("log-format") == "json")
    #expect(arguments.value("bundle", "b") == "/b")
    #expect(arguments.value("preserve-fds") == "2")
    #expect(arguments.has("no-pivot"))
    #expect(try arguments.containerID() == "id")
  }

  @Test func whatFollowsTheIdOfExecIsTheCommand() throws {
    let arguments = try RuntimeArguments(["exec", "-d", "id", "ls", "--root", "-x"])
    #expect(arguments.operands == ["id", "ls", "--root", "-x"])
    #expect(arguments.value("root") == nil)
    #expect(arguments.has("detach", "d"))
  }

  @Test(arguments: [["--nosuch"], ["create", "--bundle"], ["-z"]])
  func anOptionThatIsWrongIsNamed(words: [String]) {
    let error = #expect(throws: GantryError.self) { try RuntimeArguments(words) }
    #expect(error?.code == .invalidArgument)
    #expect(words.contains { error?.message.contains($0) == true })
  }

  @Test(arguments: ["", ".", "..", "a/b", "a b", "ä"])
  func anIdThatIsNoNameOfADirectoryIsRefused(id: String) throws {
    let arguments = try RuntimeArguments(["state", id])
    #expect(throws: GantryError.self) { try arguments.containerID() }
  }

  @Test func aProcessIsReadWhateverItsNameIs() {
    let text = "42 (evil) Z 1 (x) S 1 42 42 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 98765 1000 1\n"
    let status = ProcessStatus(text: text)
    #expect(status == ProcessStatus(text: "42 (a) S 1 42 42 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 98765 1000 1\n"))
    #expect(status?.startTime == 98765)
    #expect(status?.hasEnded == false)
  }
}
