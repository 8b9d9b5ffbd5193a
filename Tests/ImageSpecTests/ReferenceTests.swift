import References
import Errors
import ImageSpec
import Testing

@Suite struct ReferenceTests {
  private static let hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

  @Test(arguments: [
    ("busybox", "docker.io/library/busybox", "busybox"),
    ("busybox:1.36", "docker.io/library/busybox:1.36", "busybox:1.36"),
    ("library/busybox", "docker.io/library/busybox", "busybox"),
    ("docker.io/busybox", "docker.io/library/busybox", "busybox"),
    ("index.docker.io/library/busybox", "docker.io/library/busybox", "busybox"),
    ("user/image:Tag_1.x-y", "docker.io/user/image:Tag_1.x-y", "user/image:Tag_1.x-y"),
    ("library/a/b", "docker.io/library/a/b", "library/a/b"),
    ("localhost/x", "localhost/x", "localhost/x"),
    ("localhost:5000/x/y:z", "localhost:5000/x/y:z", "localhost:5000/x/y:z"),
    ("ghcr.io/a/b", "ghcr.io/a/b", "ghcr.io/a/b"),
    ("[fd00::1]:5000/a", "[fd00::1]:5000/a", "[fd00::1]:5000/a"),
    ("UPPER/x", "UPPER/x", "UPPER/x"),
    ("a--b/c__d.e", "docker.io/a--b/c__d.e", "a--b/c__d.e"),
    ("busybox@sha256:" + hex, "docker.io/library/busybox@sha256:" + hex, "busybox@sha256:" + hex),
    ("busybox:1@sha256:" + hex, "docker.io/library/busybox:1@sha256:" + hex, "busybox:1@sha256:" + hex),
  ])
  func isCompletedAndMadeFamiliarAgain(text: String, canonical: String, familiar: String) throws {
    let reference = try Reference(parsing: text)
    #expect(reference.description == canonical)
    #expect(reference.familiar == familiar)
    #expect(try Reference(parsing: canonical) == reference)
    #expect(try Reference(parsing: familiar) == reference)
  }

  @Test(arguments: [
    "", ":tag", "a:", "a:b:c", "a/", "/a", "a//b", "-a", "a-", "a.", "a___b", "a..b", "a b", "a@", "a@sha256:12",
    "a:-t",
    "a:\(String(repeating: "t", count: 129))", "ä", "host:port/a", "[::1/a", "a\n", "http://a/b", "..",
    "a/../b",
  ])
  func refusesWhatTheGrammarDoesNotKnow(text: String) {
    let error = #expect(throws: GantryError.self) { try Reference(parsing: text) }
    #expect(error?.code == .invalidArgument)
    #expect(error?.message == "invalid reference format")
  }

  @Test(arguments: [
    ("BusyBox", "invalid reference format: repository name (library/BusyBox) must be lowercase"),
    ("a/B:x", "invalid reference format: repository name (a/B) must be lowercase"),
    (hex, "invalid repository name (\(hex)), cannot specify 64-byte hexadecimal strings"),
    (
      "a/" + String(repeating: "b", count: 250),
      "invalid reference format: repository name must not be more than 255 characters"
    ),
  ])
  func speaksDockersWords(text: String, message: String) {
    let error = #expect(throws: GantryError.self) { try Reference(parsing: text) }
    #expect(error?.message == message)
  }

  @Test func takesLatestOnlyWhereNothingElseIsSaid() throws {
    #expect(try Reference(parsing: "a").tagged.tag == "latest")
    #expect(try Reference(parsing: "a:b").tagged.tag == "b")
    #expect(try Reference(parsing: "a@sha256:" + Self.hex).tagged.tag == nil)
  }
}
