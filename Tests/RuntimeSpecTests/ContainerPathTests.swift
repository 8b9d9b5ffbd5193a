import RuntimeSpec
import Testing

struct ContainerPathTests {
  @Test(arguments: [
    ("/", "/"), ("/a", "/a"), ("/a/", "/a"), ("//a///b/", "/a/b"), ("/a/./b/.", "/a/b"), ("/a/../b", "/b"),
    ("/..", "/"),
    ("/../../a", "/a"), ("/a/b/../../..", "/"), ("/a/..b/...", "/a/..b/..."), ("", ""), ("a/../b", "a/../b"),
  ])
  func aPathIsWrittenInOneWay(_ path: String, _ cleaned: String) {
    #expect(ContainerPath.cleaned(path) == cleaned)
    #expect(ContainerPath.cleaned(cleaned) == cleaned)
  }
}
