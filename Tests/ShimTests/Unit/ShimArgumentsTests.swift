import Errors
import Shim
import Testing

@Suite struct ShimArgumentsTests {
  @Test func readsWhatContainerdPasses() throws {
    let arguments = try ShimArguments(
      parsing: [
        "-namespace", "default", "-address", "/run/containerd/containerd.sock", "-publish-binary",
        "/usr/bin/containerd", "-id", "t1", "-debug", "start",
      ])
    #expect(
      arguments
        == ShimArguments(
          action: .start, namespace: "default", id: "t1", address: "/run/containerd/containerd.sock",
          publishBinary: "/usr/bin/containerd", debug: true))
  }

  @Test func readsDelete() throws {
    let arguments = try ShimArguments(
      parsing: ["--namespace=moby", "-address=unix:///s", "-id=x", "-bundle", "/b/x", "delete"])
    #expect(arguments == ShimArguments(action: .delete, namespace: "moby", id: "x", address: "/s", bundle: "/b/x"))
  }

  @Test(arguments: [
    ([], ShimAction.serve), (["serve"], .serve), (["recover"], .recover), (["-debug=false", "start"], .start),
  ])
  func theActionIsTheFirstWord(words: [String], action: ShimAction) throws {
    #expect(try ShimArguments(parsing: ["-namespace", "n", "-id", "i"] + words).action == action)
  }

  @Test(arguments: [(["-v"], ShimAction.version), (["--version"], .version), (["-info"], .information)])
  func versionAndInformationNeedNothingElse(words: [String], action: ShimAction) throws {
    #expect(try ShimArguments(parsing: words).action == action)
  }

  @Test(arguments: [
    (["-id", "x", "start"], "namespace is missing"), (["-namespace", "n", "start"], "id is empty"),
    (["-namespace", "n", "-id", "../x", "start"], "\"../x\""), (["-bogus", "1"], "-bogus"), (["-id"], "needs a value"),
    (["-namespace", "n", "-id", "x", "stop"], "\"stop\""), (["-debug=maybe"], "\"maybe\""),
    (["-namespace", "a/b", "-id", "x"], "\"a/b\""),
  ])
  func whatIsWrongIsNamed(words: [String], text: String) {
    let error = #expect(throws: GantryError.self) { try ShimArguments(parsing: words) }
    #expect(error?.code == .invalidArgument)
    #expect(error?.message.contains(text) == true, "\(error?.message ?? "")")
  }

  @Test(arguments: ["a", "a.b-c_d", "0", String(repeating: "x", count: 76)])
  func identifiersOfContainerdAreTaken(id: String) throws {
    try ContainerIdentifier.check(id, what: "id")
  }

  @Test(arguments: ["", ".", "a..b", "-a", "a-", "a/b", "é", "a b", String(repeating: "x", count: 77)])
  func otherIdentifiersAreRefused(id: String) {
    #expect(throws: GantryError.self) { try ContainerIdentifier.check(id, what: "id") }
  }
}
