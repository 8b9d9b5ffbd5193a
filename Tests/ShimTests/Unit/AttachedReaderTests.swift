import Errors
import Glibc
import Linux
import LoopWire
import Shim
import Testing

@Suite struct AttachedReaderTests {
  private let loop: EventLoop
  private let spills: FileDescriptor

  init() throws {
    loop = try EventLoop()
    spills = try FileDescriptor.open("/tmp", O_RDONLY | O_DIRECTORY)
  }

  private func write(_ bytes: [UInt8], to reader: AttachedReader) {
    bytes.withUnsafeBytes { reader.write($0) }
  }

  /// Reads what there is, and lets the loop fill the pipe again, until the end or until nothing comes.
  private func read(_ descriptor: FileDescriptor) throws -> (bytes: [UInt8], hasEnded: Bool) {
    try descriptor.setNonBlocking(true)
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 10_000)
    while true {
      let count = Glibc.read(descriptor.number, &chunk, chunk.count)
      if count == 0 { return (bytes, true) }
      if count > 0 {
        bytes += chunk[..<count]
      } else {
        let before = bytes.count
        try loop.runOnce(timeout: .zero)
        let more = Glibc.read(descriptor.number, &chunk, chunk.count)
        if more == 0 { return (bytes, true) }
        if more > 0 { bytes += chunk[..<more] }
        if bytes.count == before { return (bytes, false) }
      }
    }
  }

  @Test func whatDoesNotFitThePipeComesLaterAndInOrder() throws {
    let (readEnd, writeEnd) = try FileDescriptor.pipe()
    let reader = try AttachedReader(loop: loop, output: writeEnd, spillDirectory: spills)
    let content = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
    for start in stride(from: 0, to: content.count, by: 50_000) {
      write(Array(content[start..<start + 50_000]), to: reader)
    }
    let first = try read(readEnd)
    #expect(first.bytes == content)
    #expect(!first.hasEnded)
    write([1, 2, 3], to: reader)
    reader.finish()
    let second = try read(readEnd)
    #expect(second.bytes == [1, 2, 3])
  }

  @Test func theEndComesAfterTheLastByte() throws {
    let (readEnd, writeEnd) = try FileDescriptor.pipe()
    var reader: AttachedReader? = try AttachedReader(loop: loop, output: writeEnd, spillDirectory: spills)
    withExtendedLifetime(writeEnd) {}
    write([UInt8](repeating: 7, count: 300_000), to: try #require(reader))
    reader?.finish()
    #expect(reader?.isDrained == false)
    #expect(try read(readEnd).bytes.count == 300_000)
    #expect(reader?.isDrained == true)
    reader = nil
  }

  @Test func whoFallsTooFarBehindIsCutOff() throws {
    let (readEnd, writeEnd) = try FileDescriptor.pipe()
    let reader = try AttachedReader(loop: loop, output: writeEnd, spillDirectory: spills, limit: 100_000)
    var isGone = false
    reader.onGone = { isGone = true }
    write([UInt8](repeating: 7, count: 120_000), to: reader)
    #expect(!isGone)
    write([UInt8](repeating: 7, count: 120_000), to: reader)
    #expect(isGone)
    write([UInt8](repeating: 7, count: 120_000), to: reader)
    #expect(reader.isDrained)
    #expect(try read(readEnd).bytes.count == 65_536)
  }

  @Test func whoGoesIsForgotten() throws {
    let writeEnd = try FileDescriptor.pipe().writeEnd
    let reader = try AttachedReader(loop: loop, output: writeEnd, spillDirectory: spills)
    var isGone = false
    reader.onGone = { isGone = true }
    try loop.runOnce(timeout: .seconds(1))
    #expect(isGone)
    #expect(reader.isDrained)
  }

  @Test func withoutAPlaceForTheRestAReaderIsCutOffAndNothingStalls() throws {
    let (readEnd, writeEnd) = try FileDescriptor.pipe()
    let reader = try AttachedReader(loop: loop, output: writeEnd, spillDirectory: nil)
    write([UInt8](repeating: 7, count: 120_000), to: reader)
    #expect(reader.isDrained)
    #expect(try read(readEnd).bytes.count == 65_536)
  }
}
