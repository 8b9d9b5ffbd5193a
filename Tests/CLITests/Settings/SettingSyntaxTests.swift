import CLI
import Errors
import Testing

@Suite struct SettingSyntaxTests {
  private static let hex = String(repeating: "f", count: 64)

  @Test(arguments: [
    ("512", 512), ("1k", 1024), ("1.5g", 1_610_612_736), ("64KiB", 65536), ("6MB", 6_291_456), ("0", 0),
    ("1 m", 1_048_576),
  ])
  func `sizes have binary units`(_ text: String, _ bytes: Int64) throws { #expect(try ByteCount.parse(text) == bytes) }

  @Test(arguments: [
    ("", "invalid size: ''"), ("-1", "invalid size: '-1'"), ("5x", "invalid suffix: 'x'"),
    ("99999999999g", "invalid size: '99999999999g'"),
  ])
  func `sizes that are none`(_ text: String, _ message: String) {
    let error = #expect(throws: GantryError.self) { try ByteCount.parse(text) }
    #expect(error?.message == message)
  }

  @Test(arguments: [
    ("1.5", 1_500_000_000), (".01", 10_000_000), ("2", 2_000_000_000), ("1/2", 500_000_000), ("-1", -1_000_000_000),
  ])
  func `CPUs are counted in billionths`(_ text: String, _ value: Int64) throws {
    #expect(try CPUCount.parse(text) == value)
  }

  @Test(arguments: [("x", "failed to parse x as a rational number"), ("1.2345678912", "value is too precise")])
  func `CPUs that are none`(_ text: String, _ message: String) {
    let error = #expect(throws: GantryError.self) { try CPUCount.parse(text) }
    #expect(error?.message == message)
  }

  @Test(arguments: [
    ("x", "invalid ulimit argument: x"), ("foo=1", "invalid ulimit type: foo"),
    ("nofile=5:3", "ulimit soft limit must be less than or equal to hard limit: 5 > 3"),
    ("nofile=1:2:3", "too many limit value arguments - 1:2:3, can only have up to two, `soft[:hard]`"),
    ("nofile=a", "strconv.ParseInt: parsing \"a\": invalid syntax"),
  ])
  func `ulimits that are none`(_ text: String, _ message: String) {
    let error = #expect(throws: GantryError.self) { try UlimitSetting(text) }
    #expect(error?.message == message)
  }

  @Test func `a ulimit's hard limit is its soft one where it is left out`() throws {
    let limit = try UlimitSetting("nofile=1024")
    #expect((limit.soft, limit.hard) == (1024, 1024))
    #expect(try UlimitSetting("nofile=1:-1").hard == -1)
  }

  @Test func `devices have a path on either side and permissions`() throws {
    let device = try DeviceSetting("/dev/null:/dev/x:r")
    #expect((device.pathOnHost, device.pathInContainer, device.permissions) == ("/dev/null", "/dev/x", "r"))
    #expect(try DeviceSetting("/dev/null:rw").pathInContainer == "/dev/null")
    #expect(try DeviceSetting("/dev/null").permissions == "rwm")
    #expect(throws: GantryError.self) { try DeviceSetting("a:b:c:d") }
    #expect(throws: GantryError.self) { try DeviceSetting("/dev/null:/dev/x:rx") }
  }

  @Test(arguments: [
    ("BusyBox", "invalid reference format: repository name (library/BusyBox) must be lowercase"),
    ("a b", "invalid reference format"), ("", "invalid reference format"), ("a:", "invalid reference format"),
    ("a//b", "invalid reference format"), ("-a", "invalid reference format"), ("foo:-x", "invalid reference format"),
    ("x:.a", "invalid reference format"), ("a..b", "invalid reference format"), ("a___b", "invalid reference format"),
    ("a._b", "invalid reference format"), ("a..b/c", "invalid reference format"),
    ("a@sha256:00", "invalid reference format"), ("h.st:x/a", "invalid reference format"),
    ("a_b:5/x", "invalid reference format"),
    ("a_.b/c", "invalid reference format"),
  ])
  func `names that no image can have`(_ text: String, _ message: String) {
    let error = #expect(throws: GantryError.self) { try ImageReference.check(text) }
    #expect(error?.message == message)
  }

  @Test(arguments: [
    "busybox", "busybox:1.35", "localhost:5000/a/b:c", "Registry.example/a", "a@sha256:\(hex)", hex, "7746438d043e",
    "sha256:abc", "a.b_c__d---e:_x", "h.st:5000/a", "[::1]:5000/a", "a_b.c/d",
  ])
  func `names that an image may have`(_ text: String) throws { try ImageReference.check(text) }
}
