import Shim
import Testing

@Suite struct ShimAddressTests {
  /// Digests by coreutils' sha256sum.
  @Test func theSocketIsNamedAsRuncsShimNamesIt() {
    #expect(
      ShimAddress.path(address: "/x/containerd.sock", namespace: "default", group: "t1")
        == "/run/containerd/s/3fe85545afabecb04a98113dda0efee145c53b048ec6c6672246318503c59209")
    #expect(
      ShimAddress.path(directory: "/d", address: "", namespace: "", group: "")
        == "/d/cdb4ee2aea69cc6a83331bbe96dc2caa9a299d21329efb0336fc02a82e1839a8")
    #expect(
      ShimAddress.path(
        directory: "/d", address: "/a//b/../c.sock/", namespace: String(repeating: "n", count: 60), group: "g")
        == "/d/ab07fb5a0e65cad51569cf78e163d4a79ca5c898555abaabe3af14fa3f4ca245")
  }

  @Test(arguments: [
    (["/a", "b", "c"], "/a/b/c"), (["a/../..", "b"], "../b"), (["", ""], "."), (["/..", "x"], "/x"),
    (["/a/./b//", "c/"], "/a/b/c"),
  ])
  func partsAreJoinedAsGoDoes(parts: [String], joined: String) {
    #expect(ShimAddress.joined(parts) == joined)
  }
}
