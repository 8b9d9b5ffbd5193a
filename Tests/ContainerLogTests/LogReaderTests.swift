import ContainerLog
import Glibc
import Linux
import Testing

@Suite struct LogReaderTests {
  let scratch: ScratchDirectory

  init() throws { scratch = try ScratchDirectory() }

  private func line(_ number: Int) -> String {
    let second = number < 10 ? "0\(number)" : "\(number)"
    return #"{"log":"line \#(number)\n","stream":"stdout","time":"2026-01-01T00:00:\#(second)Z"}"# + "\n"
  }

  private func threeFiles() throws {
    try scratch.write((0..<10).map(line).joined(), to: "log.2")
    try scratch.write((10..<20).map(line).joined(), to: "log.1")
    try scratch.write((20..<30).map(line).joined(), to: "log")
  }

  private func numbers(_ selection: LogSelection = LogSelection()) throws -> [Int] {
    let reader = try LogReader(directory: scratch.descriptor, name: "log", selection: selection)
    return try drain(reader)
  }

  private func drain(_ reader: LogReader) throws -> [Int] {
    var numbers: [Int] = []
    while let entry = try reader.next() {
      numbers.append(Int(String(decoding: entry.log.dropFirst(5).dropLast(), as: UTF8.self)) ?? -1)
    }
    return numbers
  }

  @Test func readsRotatedFilesOldestFirst() throws {
    try threeFiles()
    #expect(try numbers() == Array(0..<30))
  }

  @Test(arguments: [0, 1, 9, 10, 11, 20, 25, 30, 99])
  func tailCountsAcrossFiles(count: Int) throws {
    try threeFiles()
    #expect(try numbers(LogSelection(tail: count)) == Array(max(0, 30 - count)..<30))
  }

  @Test func tailOfALargeFileIsFoundFromItsEnd() throws {
    let text = String(repeating: "x", count: 900)
    let lines = (0..<500).map { #"{"log":"\#(text) \#($0)\n","stream":"stderr","time":"2026-01-01T00:00:00Z"}"# }
    try scratch.write(lines.joined(separator: "\n") + "\n", to: "log")
    let reader = try LogReader(directory: scratch.descriptor, name: "log", selection: LogSelection(tail: 200))
    var entries: [LogEntry] = []
    while let entry = try reader.next() { entries.append(entry) }
    #expect(entries.count == 200)
    #expect(entries.first?.log == Array("\(text) 300\n".utf8))
    #expect(entries.first?.stream == .stderr)
  }

  @Test func sinceAndUntilBoundTheEntries() throws {
    try threeFiles()
    let since = try #require(LogTimestamp(rfc3339: "2026-01-01T00:00:05Z"))
    let until = try #require(LogTimestamp(rfc3339: "2026-01-01T01:00:12+01:00"))
    #expect(try numbers(LogSelection(since: since, until: until)) == Array(5...12))
    #expect(try numbers(LogSelection(tail: 3, since: since)) == [27, 28, 29])
  }

  @Test func rubbishIsSteppedOver() throws {
    let lines = [
      line(1), "\n", "rubbish\n", "{}\n", "{\"log\":\"x\n", "{\"log\":1,\"time\":\"2026-01-01T00:00:00Z\"}\n",
      String(repeating: "[", count: 100_000) + "\n", "\u{0}\u{0}\u{0}\n", line(2),
      #"{"time":"2026-01-01T00:00:03Z","attrs":{"a":["}",{}]},"stream":"stdout","log":"line 3\n"}"# + "\n",
      "{\"log\":\"torn",
    ]
    try scratch.write(lines.joined(), to: "log")
    let reader = try LogReader(directory: scratch.descriptor, name: "log")
    #expect(try drain(reader) == [1, 2, 3])
    #expect(reader.skippedLines == 7)
  }

  @Test func aLineWithoutEndDoesNotFillTheMemory() throws {
    try scratch.write(String(repeating: "x", count: 3 << 20) + "\n" + line(7), to: "log")
    #expect(try numbers() == [7])
  }

  @Test func aMissingLogIsEmpty() throws {
    #expect(try numbers() == [])
  }

  @Test func escapesComeBack() throws {
    let text = "a\"b\\c<d>&\t\r\u{1}\u{2028}🚀é"
    let writer = try LogWriter(path: scratch.path + "/log")
    writer.append(Array((text + "\n").utf8), .stderr)
    let reader = try LogReader(directory: scratch.descriptor, name: "log")
    let entry = try #require(try reader.next())
    #expect(String(decoding: entry.log, as: UTF8.self) == text + "\n")
    #expect(entry.stream == .stderr)
  }

  @Test func followingSeesGrowthAndRotation() throws {
    let writer = try LogWriter(
      path: scratch.path + "/log", rotation: LogRotation(maximumSizeInBytes: 2000, maximumFiles: 4))
    let reader = try LogReader(
      directory: scratch.descriptor, name: "log", selection: LogSelection(tail: 0, follow: true))
    var seen: [Int] = []
    for number in 0..<1000 {
      writer.append(Array("line \(number)\n".utf8), .stdout)
      if number % 7 == 0 {
        #expect(reader.wait(timeoutInMilliseconds: 1000))
        seen += try drain(reader)
      }
    }
    seen += try drain(reader)
    #expect(seen == Array(0..<1000))
    #expect(!reader.wait(timeoutInMilliseconds: 0))
  }

  @Test func followingStartsBeforeTheLogExists() throws {
    let reader = try LogReader(directory: scratch.descriptor, name: "log", selection: LogSelection(follow: true))
    #expect(try reader.next() == nil)
    try scratch.write(line(4), to: "log")
    #expect(reader.wait(timeoutInMilliseconds: 1000))
    #expect(try drain(reader) == [4])
  }

  @Test func anEmptiedFileIsReadFromItsStart() throws {
    try scratch.write((0..<5).map(line).joined(), to: "log")
    let reader = try LogReader(directory: scratch.descriptor, name: "log", selection: LogSelection(follow: true))
    #expect(try drain(reader) == Array(0..<5))
    try scratch.write(line(9), to: "log")
    #expect(try drain(reader) == [9])
  }
}
