import Errors
import Registry
import Testing

@Suite struct AddressTests {
  @Test(arguments: [
    ("https://Host.example/v2/", "https://host.example", "https://host.example/v2/"),
    ("http://h:80/a?b=c", "http://h", "http://h/a?b=c"),
    ("https://h:8443", "https://h:8443", "https://h:8443/"),
    ("http://[FD00::1]:5000/x", "http://[fd00::1]:5000", "http://[fd00::1]:5000/x"),
  ])
  func anAddressHasAnOrigin(text: String, origin: String, whole: String) throws {
    let address = try WebAddress(text)
    #expect(address.origin == origin)
    #expect(address.description == whole)
    #expect(try WebAddress(whole) == address)
  }

  @Test(arguments: [
    "", "host/path", "ftp://h/", "file:///etc/passwd", "https://", "http://u:p@h/", "http://h:99999/", "http://h/a b",
    "http://h/\r\nX: y", "javascript:alert(1)", "http://h:port/", "//h/x",
  ])
  func whatCannotBeAskedIsRefused(text: String) {
    let error = #expect(throws: GantryError.self) { try WebAddress(text) }
    #expect(error?.code == .invalidArgument)
  }

  @Test(arguments: [
    ("/x?y=z", "https://h:1/x?y=z"), ("next", "https://h:1/a/next"), ("//other/x", "https://other/x"),
    ("http://h:1/x", "http://h:1/x"), ("?n=2", "https://h:1/a/b?n=2"), ("../c", "https://h:1/c"),
  ])
  func aReferenceIsResolved(text: String, expected: String) throws {
    #expect(try WebAddress("https://h:1/a/b?q=1").resolving(text).description == expected)
  }

  /// Redirects may have them; what is shown of an address never does.
  @Test(arguments: ["http://u:secret@h/x", "//u:secret@h:1/x", "https://secret@h/x", "https://u:s%3Aecret@h/x"])
  func aNameAndAPasswordAreTakenFromAReferenceAndNeverShown(text: String) throws {
    let address = try WebAddress("https://h:1/a").resolving(text)
    for shown in ["\(address)", String(reflecting: address), address.withoutQuery, address.origin] {
      #expect(!shown.contains("@") && !shown.contains("ecret"))
    }
    var dumped = ""
    dump(address, to: &dumped)
    #expect(!dumped.contains("ecret"))
  }

  @Test(arguments: [
    "ftp://u:secret@h/", "//u:secret@h:99999/x", "https://u:secret?x@h:99999/", "http://u%0a:secret@h/",
  ])
  func aReferenceThatIsRefusedIsNotShownWithThem(text: String) throws {
    let base = try WebAddress("https://h:1/a")
    let error = #expect(throws: GantryError.self) { try base.resolving(text) }
    #expect(error?.message.contains("secret") == false)
  }

  @Test func aQueryIsEscapedAndJoined() throws {
    let address = try WebAddress("https://h/p?a=1")
    #expect(
      address.adding(query: [("digest", "sha256:ab"), ("q", "ä &")]).description
        == "https://h/p?a=1&digest=sha256%3Aab&q=%C3%A4%20%26")
    #expect(address.withoutQuery == "https://h/p")
    #expect(try WebAddress("http://h/base/").appending(path: "/v2/").description == "http://h/base/v2/")
  }
}
