import Engine
import Testing

struct WildcardTests {
  @Test(arguments: [
    ("busybox", "b*", true), ("busybox", "*box", true), ("busybox", "b?sybox", true), ("busybox", "box", false),
    ("me/app", "*", false), ("me/app", "me/*", true), ("", "*", true), ("abcabc", "*abc", true), ("ab", "a", false),
    ("img:1", "*:1*", true),
  ])
  func matchesAsAShellDoes(_ text: String, _ pattern: String, _ expected: Bool) {
    #expect(Wildcard.matches(text, pattern: pattern) == expected)
  }
}
