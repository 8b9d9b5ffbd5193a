import Engine
import Errors
import Testing

struct WildcardTests {
  @Test(arguments: [
    ("busybox", "b*", true), ("busybox", "*box", true), ("busybox", "b?sybox", true), ("busybox", "box", false),
    ("me/app", "*", false), ("me/app", "me/*", true), ("", "*", true), ("abcabc", "*abc", true), ("ab", "a", false),
    ("img:1", "*:1*", true), ("foo:x", "foo:[xy]", true), ("foo:z", "foo:[xy]", false), ("foo:z", "foo:[^xy]", true),
    ("a5", "a[0-9]", true), ("ab", "a[0-9]", false), ("a]", "a[\\]]", true), ("a*", "a\\*", true),
    ("ab", "a\\*", false),
  ])
  func matchesAsAShellDoes(_ text: String, _ pattern: String, _ expected: Bool) throws {
    #expect(try Wildcard(pattern).matches(text) == expected)
  }

  @Test(arguments: ["[", "[]", "[]a]", "[a", "[a-", "[a-]", "[-a]", "a\\", "[^]"])
  func whatGoCallsASyntaxErrorIsOne(_ pattern: String) {
    #expect(throws: GantryError.self) { try Wildcard(pattern) }
  }
}
