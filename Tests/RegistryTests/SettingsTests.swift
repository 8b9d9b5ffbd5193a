import Registry
import Testing

@Suite struct SettingsTests {
  private static let insecure = InsecureHosts([
    "plain.example", "ported.example:5000", "10.1.0.0/16", "http://typed.example/", "fd00::/8", "[fd99::1]:5000",
  ])

  @Test(arguments: [
    ("plain.example", 443, true), ("PLAIN.example", 5000, true), ("ported.example", 5000, true),
    ("ported.example", 443, false), ("typed.example", 80, true), ("other.example", 443, false),
    ("127.0.0.1", 5000, true), ("127.9.9.9", 443, true), ("[::1]", 5000, true), ("10.1.2.3", 443, true),
    ("10.2.2.3", 443, false), ("inside.example", 443, true), ("outside.example", 443, false), ("[fd12::1]", 443, true),
    ("localhost", 5000, true),
  ])
  func aHostIsListedByNameOrByAddress(host: String, port: Int, expected: Bool) {
    let names = ["inside.example": "10.1.255.1", "outside.example": "192.0.2.1", "localhost": "127.0.0.1"]
    let found = Self.insecure.contains(host: host, port: port) { host in
      [IPAddress(names[host] ?? host)].compactMap { $0 }
    }
    #expect(found == expected)
  }

  @Test(arguments: ["10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0", "/8", "x/8", "10.0.0.0/8/8", "10.0.0.0/+8", "::/129"])
  func whatIsNoBlockIsNone(text: String) {
    #expect(AddressBlock(text) == nil)
  }

  @Test func aBlockHoldsItsAddressesAndNoOthers() throws {
    let block = try #require(AddressBlock("192.168.128.0/17"))
    #expect(try block.contains(#require(IPAddress("192.168.255.255"))))
    #expect(try !block.contains(#require(IPAddress("192.168.127.255"))))
    #expect(try block.contains(#require(IPAddress("::ffff:192.168.200.1"))))
    #expect(try !block.contains(#require(IPAddress("::1"))))
    #expect(try #require(AddressBlock("0.0.0.0/0")).contains(#require(IPAddress("8.8.8.8"))))
  }

  @Test(
    arguments: [
      // As golang.org/x/net/http/httpproxy has them in its own tests.
      (
        "foo.com, .bar.com, 10.0.0.0/8, 192.0.2.1:80, *.star.com, baz.com:8080, [fd00::5]",
        [
          "foo.com:443": true, "www.foo.com:443": true, "notfoo.com:443": false, "bar.com:443": false,
          "www.bar.com:443": true, "10.9.8.7:80": true, "11.9.8.7:80": false, "192.0.2.1:80": true,
          "192.0.2.1:443": false,
          "www.star.com:1": true, "star.com:1": false, "baz.com:8080": true, "baz.com:80": false,
          "x.baz.com:8080": true,
          "localhost:80": true, "127.3.4.5:80": true, "FOO.com.:443": true,
        ]
      ),
      ("*", ["anything.example:1": true, "8.8.8.8:1": true]),
      ("", ["anything.example:1": false, "localhost:1": true]),
      (" , ,", ["anything.example:1": false]),
    ] as [(String, [String: Bool])])
  func whatNeedsNoProxyIsReadAsGoReadsIt(text: String, cases: [String: Bool]) {
    let exceptions = ProxyExceptions(text)
    for (place, expected) in cases {
      let parts = place.split(separator: ":")
      #expect(exceptions.contains(host: String(parts[0]), port: Int(parts[1]) ?? 0) == expected, "\(place) in \(text)")
    }
    #expect(exceptions.contains(host: "::1", port: 80))
  }

  @Test func argumentsSetTheTimes() throws {
    let timing = try Timing(arguments: ["--stall-timeout", "1500", "--first-retry", "5"])
    #expect(timing.stall == .milliseconds(1500) && timing.firstRetry == .milliseconds(5))
    for wrong in [["--stall-timeout"], ["--stall-timeout", "0"], ["--unknown", "1"], ["--first-retry", "x"]] {
      #expect(throws: (any Error).self) { try Timing(arguments: wrong) }
    }
  }
}
