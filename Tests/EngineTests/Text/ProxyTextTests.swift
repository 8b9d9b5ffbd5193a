import Engine
import Testing

@Suite struct ProxyTextTests {
  @Test(arguments: [
    ("", ""), ("http://proxy:3128", "http://proxy:3128"), ("proxy:3128", "proxy:3128"),
    ("http://u:secret@proxy:3128/", "http://xxxxx:xxxxx@proxy:3128/"), ("http://u@proxy", "http://xxxxx:xxxxx@proxy"),
    ("u:secret@proxy:1", "xxxxx:xxxxx@proxy:1"), ("https://u:s@cret@proxy", "https://xxxxx:xxxxx@proxy"),
    ("http://u:se/cret@proxy", "http://xxxxx:xxxxx@proxy"),
  ])
  func aNameAndAPasswordAreHidden(_ address: String, _ shown: String) {
    #expect(ProxyText.masked(address) == shown)
  }
}
