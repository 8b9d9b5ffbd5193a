import References
import Testing

@Suite struct SearchTermTests {
  @Test(arguments: [
    ("busybox", "docker.io", "busybox"), ("library/busybox", "docker.io", "library/busybox"),
    ("localhost:5000/box", "localhost:5000", "box"), ("reg.example/a/b", "reg.example", "a/b"),
    ("index.docker.io/box", "docker.io", "box"), ("localhost/", "localhost", ""), ("Foo/bar", "docker.io", "Foo/bar"),
    ("", "docker.io", ""),
  ])
  func `a term may begin with a host`(_ text: String, _ host: String, _ words: String) {
    let term = SearchTerm(text)
    #expect(term.host == host && term.words == words)
  }
}
