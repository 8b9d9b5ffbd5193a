import Archive
import Errors
import Glibc
import Linux
import Tar
import Testing

@Suite struct TarHeaderTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// What GNU tar reads of a header.
  private func listing(_ header: TarHeader) throws -> String {
    let content = [UInt8](repeating: 0x61, count: Int(header.size) + TarHeader.padding(after: header.size))
    _ = try scratch.file(header.serialized() + content + TarHeader.end, "archive.tar")
    let command = "TZ=UTC tar --numeric-owner --full-time --quoting-style=escape -tvf $0/archive.tar > $0/list 2>&1"
    #expect(Scratch.run(["sh", "-c", command, scratch.path]) == 0)
    return try scratch.read("list").split(separator: " ").joined(separator: " ").trimmingNewline
  }

  @Test func aPlainFileFitsIntoOneBlock() throws {
    var header = TarHeader(.file, name: "bin/su", permissions: 0o4755)
    header.owner = 1000
    header.group = 1001
    header.size = 3
    header.modified = 1_000_000_000
    #expect(header.serialized().count == 512)
    #expect(try listing(header) == "-rwsr-xr-x 1000/1001 3 2001-09-09 01:46:40 bin/su")
  }

  @Test(arguments: [99, 100, 101, 155, 200, 255, 256, 300, 1000, 4000]) func longPathsAreWhole(length: Int) throws {
    var name = ""
    while name.count < length { name += name.count % 50 == 49 ? "/" : "x" }
    if name.hasSuffix("/") { name = String(name.dropLast()) + "x" }
    var header = TarHeader(.file, name: name, permissions: 0o644)
    header.modified = 1
    #expect(try listing(header).hasSuffix(" \(name)"))
    let directory = TarHeader(.directory, name: name, permissions: 0o755)
    #expect(try listing(directory).hasSuffix(" \(name)/"))
  }

  @Test func whatUstarHasNoRoomForIsKept() throws {
    var header = TarHeader(.symbolicLink, name: "grüße", permissions: 0o777)
    header.target = Array(String(repeating: "t", count: 150).utf8)
    header.owner = 3_000_000
    header.group = 4_000_000_000
    header.modified = -5
    let line = try listing(header)
    #expect(line.hasPrefix("lrwxrwxrwx 3000000/4000000000 0 1969-12-31 23:59:55 gr"))
    #expect(line.hasSuffix("-> " + String(repeating: "t", count: 150)))
  }

  @Test func devicesKeepTheirNumbers() throws {
    var header = TarHeader(.blockDevice, name: "sda", permissions: 0o660)
    header.deviceMajor = 8
    header.deviceMinor = 300
    #expect(try listing(header).contains(" 8,300 "))
  }

  @Test func theSameHeaderIsTheSameBytes() {
    var header = TarHeader(.file, name: "x", permissions: 0o644)
    header.attributes = [.init(name: "user.b", value: [0, 10, 61]), .init(name: "user.a", value: [])]
    var other = header
    other.attributes.reverse()
    #expect(header.serialized() == other.serialized())
    #expect(header.serialized().count % 512 == 0)
  }
}

extension String {
  fileprivate var trimmingNewline: String { hasSuffix("\n") ? String(dropLast()) : self }
}
