import ContainerLog
import Glibc
import Linux
import Testing

@Suite struct LogWriterTests {
  let scratch: ScratchDirectory

  init() throws { scratch = try ScratchDirectory() }

  private func written(_ chunks: [[UInt8]], stream: LogStream = .stdout) throws -> [String] {
    let writer = try LogWriter(path: scratch.path + "/log")
    for chunk in chunks { writer.append(chunk, stream) }
    writer.finish(stream)
    return try scratch.content(of: "log").split(separator: "\n").map(String.init)
  }

  @Test func aLineHasDockersFormat() throws {
    let lines = try written([Array("hello\n".utf8)])
    #expect(lines.count == 1)
    #expect(lines[0].hasPrefix(#"{"log":"hello\n","stream":"stdout","time":"20"#))
    #expect(lines[0].hasSuffix(#"Z"}"#))
  }

  @Test(arguments: [
    ("a\"b\\c", #"a\"b\\c"#), ("<a>&", #"\u003ca\u003e\u0026"#), ("\t\r\u{1}\u{1B}", #"\u0009\r\u0001\u001b"#),
    ("\u{2028}x\u{2029}", #"\u2028x\u2029"#), ("\u{7F}", "\u{7F}"), ("ψ 🚀 é", "ψ 🚀 é"),
    ("abcdefgh<ijklmnop>qrstuvwx=;?:", #"abcdefgh\u003cijklmnop\u003eqrstuvwx=;?:"#),
  ])
  func charactersAreEscapedAsDockerDoes(text: String, expected: String) throws {
    let lines = try written([Array(text.utf8) + [0x0A]])
    #expect(lines[0].hasPrefix("{\"log\":\"\(expected)\\n\",\"stream\""))
  }

  @Test(arguments: [
    ([0xAF], 1), ([0xC3], 1), ([0xE2, 0x82], 2), ([0xED, 0xA0, 0x80], 3), ([0xF5, 0x80], 2), ([0xC0, 0xAF], 2),
    ([0xF0, 0x9F, 0x98], 3), ([0xE0, 0x80, 0x80], 3),
  ])
  func eachByteThatIsNoUTF8BecomesAReplacement(bytes: [UInt8], replacements: Int) throws {
    let lines = try written([[0x61] + bytes + [0x62, 0x0A]])
    let expected = "a" + String(repeating: "\\ufffd", count: replacements) + "b"
    #expect(lines[0].hasPrefix("{\"log\":\"\(expected)\\n\""))
  }

  @Test func aCharacterCutByTwoReadsStaysWhole() throws {
    let lines = try written([[0xF0, 0x9F], [0x9A, 0x80, 0x0A]])
    #expect(lines[0].hasPrefix("{\"log\":\"🚀\\n\""))
  }

  @Test func aLineWithoutEndIsWrittenWhenTheStreamEnds() throws {
    let lines = try written([Array("no end".utf8)], stream: .stderr)
    #expect(lines[0].hasPrefix(#"{"log":"no end","stream":"stderr","#))
  }

  @Test(arguments: [1, 2048, 5000, 65536, 100_000])
  func longLinesAreSplitAt16KiBWithOneTime(chunkSize: Int) throws {
    let line = [UInt8](repeating: 0x78, count: 40_000) + [0x0A]
    let chunks = stride(from: 0, to: line.count, by: chunkSize).map {
      Array(line[$0..<min(line.count, $0 + chunkSize)])
    }
    let lines = try written(chunks)
    #expect(lines.count == 3)
    #expect(lines.map { $0.count { $0 == "x" } } == [16384, 16384, 40_000 - 32768])
    #expect(lines.map { $0.contains("\\n") } == [false, false, true])
    #expect(Set(lines.map { $0.suffix(35) }).count == 1)
  }

  @Test func aLineOfExactlyOnePieceEndsWithAnEntryOfItsNewline() throws {
    let lines = try written([[UInt8](repeating: 0x79, count: 16384) + [0x0A], Array("z\n".utf8)])
    #expect(lines.count == 3)
    #expect(!lines[0].contains("\\n"))
    #expect(lines[1].hasPrefix("{\"log\":\"\\n\""))
    #expect(lines[2].hasPrefix("{\"log\":\"z\\n\""))
  }

  @Test func filesRotateBeforeTheyGrowPastTheirSize() throws {
    let writer = try LogWriter(
      path: scratch.path + "/log", rotation: LogRotation(maximumSizeInBytes: 1000, maximumFiles: 3))
    for index in 0..<100 { writer.append(Array("line \(index)\n".utf8), .stdout) }
    #expect(scratch.names == ["log", "log.1", "log.2"])
    for name in scratch.names { #expect(try scratch.content(of: name).utf8.count <= 1000) }
    #expect(try scratch.content(of: "log").contains("line 99\\n"))
    let all = try ["log.2", "log.1", "log"].map { try scratch.content(of: $0) }.joined().split(separator: "\n")
    #expect(all.count > 10)
    for (offset, line) in all.enumerated() {
      #expect(line.hasPrefix("{\"log\":\"line \(100 - all.count + offset)\\n\""))
    }
  }

  @Test func oneBigReadRotatesAsManySmallOnesDo() throws {
    let writer = try LogWriter(
      path: scratch.path + "/log", rotation: LogRotation(maximumSizeInBytes: 1000, maximumFiles: 2))
    writer.append(Array((0..<100).map { "line \($0)\n" }.joined().utf8), .stdout)
    #expect(scratch.names == ["log", "log.1"])
    for name in scratch.names { #expect(try scratch.content(of: name).utf8.count <= 1000) }
  }

  @Test func oneFileStartsAnew() throws {
    let writer = try LogWriter(
      path: scratch.path + "/log", rotation: LogRotation(maximumSizeInBytes: 500, maximumFiles: 1))
    for index in 0..<50 { writer.append(Array("line \(index)\n".utf8), .stdout) }
    #expect(scratch.names == ["log"])
    #expect(try scratch.content(of: "log").contains("line 49\\n"))
  }

  @Test func aFileIsContinuedAndATornEntryCutOff() throws {
    try scratch.write(
      #"{"log":"a\n","stream":"stdout","time":"2026-01-01T00:00:00Z"}"# + "\n{\"log\":\"torn", to: "log")
    let lines = try written([Array("b\n".utf8)])
    #expect(lines.count == 2)
    #expect(lines[1].hasPrefix("{\"log\":\"b\\n\""))
  }

  @Test func reopeningFollowsTheName() throws {
    let writer = try LogWriter(path: scratch.path + "/log")
    writer.append(Array("a\n".utf8), .stdout)
    #expect(rename(scratch.path + "/log", scratch.path + "/old") == 0)
    writer.append(Array("b\n".utf8), .stdout)
    try writer.reopen()
    writer.append(Array("c\n".utf8), .stdout)
    #expect(try scratch.content(of: "old").contains("b\\n"))
    #expect(try scratch.content(of: "log").hasPrefix("{\"log\":\"c\\n\""))
  }

  /// A file at the largest size that tmpfs knows stands in for a full disk: write(2) fails with EFBIG where it would
  /// fail with ENOSPC.
  @Test func whatFindsNoRoomIsCountedAndToldLater() throws {
    let scratch = try ScratchDirectory(parent: "/dev/shm")
    let path = scratch.path + "/log"
    let writer = try LogWriter(path: path)
    writer.append(Array("first\n".utf8), .stdout)
    let size = off_t(try scratch.content(of: "log").utf8.count)
    try #require(truncate(path, off_t.max) == 0)
    writer.append(Array("second\nthird\n".utf8), .stdout)
    #expect(writer.lostEntries == 2)
    #expect(truncate(path, size) == 0)
    writer.append(Array("fourth\n".utf8), .stdout)
    let lines = try scratch.content(of: "log").split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[1].contains("2 log entries were lost here: File too large"))
    #expect(lines[2].hasPrefix("{\"log\":\"fourth\\n\""))
  }

  @Test func anEntryThatFitsOnlyInPartIsTakenBack() throws {
    let scratch = try ScratchDirectory(parent: "/dev/shm")
    let path = scratch.path + "/log"
    let writer = try LogWriter(path: path)
    try #require(truncate(path, off_t.max - 10) == 0)
    writer.append(Array("lost\n".utf8), .stdout)
    // The kernel refuses to go on from where the file position now is.
    try writer.reopen()
    writer.append(Array("kept\n".utf8), .stdout)
    let lines = try scratch.content(of: "log").split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines[0].contains("1 log entries were lost here"))
    #expect(lines[1].hasPrefix("{\"log\":\"kept\\n\""))
  }
}

extension LogWriter {
  func append(_ bytes: [UInt8], _ stream: LogStream) {
    bytes.withUnsafeBytes { append($0, stream: stream) }
  }
}
