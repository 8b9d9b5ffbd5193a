import Errors
import PluginKit
import Testing

@Suite struct PluginProgramTests {
  private let programs = [
    PluginProgram(kind: "content", name: "local", version: "1") { _ in [] },
    PluginProgram(kind: "network", name: "two-words", version: "1") { _ in [] },
  ]

  @Test(arguments: [
    (["/opt/plugins/gantry-content-local"], "local", []),
    (["gantry-network-two-words", "--listen", "/s"], "two-words", ["--listen", "/s"]),
    (["./gantry-plugins", "content-local"], "local", []),
    (["gantry-plugins", "network-two-words", "--listen", "/s"], "two-words", ["--listen", "/s"]),
    // The name it is called by goes before what it is told.
    (["gantry-content-local", "network-two-words"], "local", ["network-two-words"]),
  ])
  func thePluginIsTheOneItIsCalledBy(_ arguments: [String], _ name: String, _ left: [String]) throws {
    let chosen = try PluginProgram.chosen(from: programs, by: arguments)
    #expect(chosen.program.description.name == name)
    #expect(chosen.arguments == left)
  }

  @Test(arguments: [
    (["/x/gantry-plugins"], "gantry-plugins is no plugin by that name"),
    (["/x/gantry-content-remote"], "gantry-content-remote is no plugin by that name"),
    (["gantry-plugins", "content-remote"], "gantry-plugins has no plugin \"content-remote\""),
    ([], " is no plugin by that name"),
  ])
  func anUnknownNameIsRefusedWithTheKnownOnes(_ arguments: [String], _ reason: String) {
    let error = #expect(throws: GantryError.self) { try PluginProgram.chosen(from: programs, by: arguments) }
    #expect(error?.code == .invalidArgument)
    #expect(
      error?.message
        == "\(reason); link it as gantry-<plugin>, or name one as its first argument: content-local, network-two-words")
  }
}
