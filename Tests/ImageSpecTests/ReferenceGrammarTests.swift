import References
import Digests
import Errors
import Glibc
import ImageSpec
import Testing

/// The grammar of names, case by case as the field's own tests have it, and with names made by chance.
///
/// - SeeAlso: <https://github.com/distribution/reference/blob/main/reference_test.go>
@Suite struct ReferenceGrammarTests {
  private static let hex = String(repeating: "f", count: 64)

  @Test(
    arguments: [
      ("test.com:5000/repo:tag", "test.com:5000", "repo", "tag"), ("test:5000/repo", "test:5000", "repo", nil),
      ("lowercase:Uppercase", "docker.io", "library/lowercase", "Uppercase"),
      ("sub-dom1.foo.com/bar/baz/quux:some-long-tag", "sub-dom1.foo.com", "bar/baz/quux", "some-long-tag"),
      ("b.gcr.io/test.example.com/my-app", "b.gcr.io", "test.example.com/my-app", nil),
      ("xn--n3h.com/myimage:xn--n3h.com", "xn--n3h.com", "myimage", "xn--n3h.com"),
      ("foo_bar.com:8080", "docker.io", "library/foo_bar.com", "8080"),
      ("foo/foo_bar.com:8080", "docker.io", "foo/foo_bar.com", "8080"),
      ("a_b.c/d:t", "docker.io", "a_b.c/d", "t"), ("docker.io/a_b.c/d", "docker.io", "a_b.c/d", nil),
      ("192.168.1.1", "docker.io", "library/192.168.1.1", nil),
      ("192.168.1.1:tag", "docker.io", "library/192.168.1.1", "tag"),
      ("192.168.1.1:5000/repo", "192.168.1.1:5000", "repo", nil),
      ("192.168.1.1/repo", "192.168.1.1", "repo", nil), ("[2001:db8::1]/repo", "[2001:db8::1]", "repo", nil),
      ("[2001:db8:1:2:3:4:5:6]:5000/repo:tag", "[2001:db8:1:2:3:4:5:6]:5000", "repo", "tag"),
      ("[::]:5000/repo", "[::]:5000", "repo", nil), ("a__b", "docker.io", "library/a__b", nil),
      ("a---b/c", "docker.io", "a---b/c", nil), ("Foo/bar", "Foo", "bar", nil), ("a.b/c", "a.b", "c", nil),
      ("x:" + String(repeating: "a", count: 128), "docker.io", "library/x", String(repeating: "a", count: 128)),
      ("a/" + String(repeating: "b", count: 243), "docker.io", "a/" + String(repeating: "b", count: 243), nil),
    ] as [(String, String, String, String?)])
  func isTakenApart(text: String, domain: String, path: String, tag: String?) throws {
    let reference = try Reference(parsing: text)
    #expect(reference.domain == domain && reference.path == path && reference.tag == tag)
  }

  @Test(arguments: [
    "aa/asdf$$^/aa", "a//b", "a:b:c", "-foo/bar", "foo/bar-", "foo/-bar", "foo.-bar/x", "foo-.bar/x", "a___b", "a_-b",
    "a.-b",
    "[2001:db8::1", "[2001:db8::1]:/repo", "[2001:db8::1]x/repo", "[2001:db8::g]/repo", "[]/repo",
    "[fe80::1%eth0]/repo",
    "2001:db8::1/repo", "host:/repo", "host:5x/repo", "h..x/repo", ".x/repo", "a_b:5/x", "a_.b/c",
    "repo@", "repo:@sha256:ffff",
    "repo@sha256:" + String(repeating: "f", count: 34), "repo@sha256:" + String(repeating: "F", count: 64),
    "repo@sha999:" + String(repeating: "f", count: 64), "repo@sha512:" + String(repeating: "f", count: 64),
    "repo@md5:" + String(repeating: "f", count: 32), "x:" + String(repeating: "a", count: 129), "x:.a", "x:-a", "x:a/b",
    " a", "a ", "a\u{0}", "a\u{7F}b",
  ])
  func isRefused(text: String) {
    let error = #expect(throws: GantryError.self) { try Reference(parsing: text) }
    #expect(error?.code == .invalidArgument)
    #expect(error?.message.hasPrefix("invalid reference format") == true, "\(String(describing: error))")
  }

  @Test func hexadecimalNamesAreIdsButPartsOfNamesMayBe() throws {
    #expect(throws: GantryError.self) { try Reference(parsing: Self.hex) }
    #expect(try Reference(parsing: "\(Self.hex)/x").path == "\(Self.hex)/x")
    #expect(try Reference(parsing: Self.hex.dropLast() + "g").path == "library/\(Self.hex.dropLast())g")
    #expect(try Reference(parsing: String(Self.hex.dropLast())).tag == nil)
  }

  @Test(arguments: [
    ("docker.io/library/" + hex, "library/" + hex), ("docker.io/a.b/c", "docker.io/a.b/c"),
    ("docker.io/docker.io/x", "docker.io/docker.io/x"), ("docker.io/localhost/x", "docker.io/localhost/x"),
    ("docker.io/a_b.c/d", "a_b.c/d"), ("docker.io/library/localhost", "localhost"), ("docker.io/library/a.b", "a.b"),
  ])
  func aNameThatWouldBeReadDifferentlyIsNotShortened(text: String, familiar: String) throws {
    let reference = try Reference(parsing: text)
    #expect(reference.familiar == familiar)
    #expect(try Reference(parsing: reference.familiar) == reference)
  }

  @Test func namesByChanceAreTakenWholeOrRefused() {
    let seconds = getenv("GANTRY_FUZZ_SECONDS").flatMap { Double(String(cString: $0)) } ?? 1
    let parts = [
      "a", "B", "0", "-", "--", "_", "__", ".", ":", "/", "@", "[", "]", "::1", "localhost", "docker.io",
      "index.docker.io",
      "library/", "5000", "sha256:", "sha512:", Self.hex, Self.hex + Self.hex, String(repeating: "z", count: 130), "é",
      "%", " ",
    ]
    var random = SystemRandomNumberGenerator()
    let end = ContinuousClock.now + .seconds(seconds)
    var taken = 0
    while ContinuousClock.now < end {
      for _ in 0..<200 {
        let text = (0..<Int.random(in: 1...9, using: &random)).map { _ in parts.randomElement(using: &random) ?? "" }
          .joined()
        guard let reference = try? Reference(parsing: text) else { continue }
        taken += 1
        #expect((try? Reference(parsing: reference.description)) == reference, "\(text)")
        #expect((try? Reference(parsing: reference.familiar)) == reference, "\(text)")
        #expect(reference.path == reference.path.lowercased() && !reference.path.isEmpty)
        #expect(reference.name.utf8.count <= 255 && reference.tag.map { $0.utf8.count <= 128 } ?? true)
        #expect(!reference.path.hasPrefix("/") && !reference.path.contains("//") && !reference.path.contains(".."))
      }
    }
    #expect(taken > 0)
  }
}
