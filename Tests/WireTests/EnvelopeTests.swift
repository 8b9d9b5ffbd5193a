import Errors
import Testing
import Wire

@Suite("the envelope codec")
struct EnvelopeTests {
  private func request(_ bytes: [UInt8]) throws -> RequestEnvelope {
    try bytes.withUnsafeBytes { try RequestEnvelope(decoding: $0) }
  }

  private func response(_ bytes: [UInt8]) throws -> ResponseEnvelope {
    try bytes.withUnsafeBytes { try ResponseEnvelope(decoding: $0) }
  }

  /// service "s", method "m", payload [9], timeout 1 s, metadata k: v.
  private let recorded: [UInt8] =
    [
      0x0A, 1, 0x73, 0x12, 1, 0x6D, 0x1A, 1, 9, 0x20, 0x80, 0x94, 0xEB, 0xDC, 0x03, 0x2A, 6, 0x0A, 1, 0x6B, 0x12, 1,
      0x76,
    ]

  @Test func `a request is written as protobuf writes it`() throws {
    var envelope = RequestEnvelope()
    envelope.service = "s"
    envelope.method = "m"
    envelope.payload = [9]
    envelope.timeoutInNanoseconds = 1_000_000_000
    envelope.metadata.append("v", for: "K")
    var bytes: [UInt8] = []
    envelope.encode(to: &bytes)
    #expect(bytes == recorded)
    #expect(try request(bytes) == envelope)
  }

  @Test func `an empty envelope has no bytes`() throws {
    var bytes: [UInt8] = []
    RequestEnvelope().encode(to: &bytes)
    ResponseEnvelope(payload: []).encode(to: &bytes)
    #expect(bytes == [])
    #expect(try request([]) == RequestEnvelope())
    #expect(try response([]).payload == [])
    #expect(try response([]).error == nil)
  }

  @Test func `lengths of two and more bytes are right`() throws {
    for count in [0, 1, 127, 128, 129, 16_383, 16_384, 100_000] {
      var envelope = RequestEnvelope()
      envelope.payload = [UInt8](repeating: 1, count: count)
      envelope.metadata.append(String(repeating: "x", count: count), for: "key")
      var bytes: [UInt8] = []
      envelope.encode(to: &bytes)
      #expect(try request(bytes) == envelope)
    }
  }

  @Test func `a status carries code and text, success carries none`() throws {
    var bytes: [UInt8] = []
    ResponseEnvelope(error: GantryError(.notFound, "gone")).encode(to: &bytes)
    #expect(bytes == [0x0A, 8, 0x08, 5, 0x12, 4] + Array("gone".utf8))
    let error = try response(bytes).error
    #expect(error?.code == .notFound)
    #expect(error?.message == "gone")
    #expect(try response([0x0A, 0]).error == nil)
    #expect(try response([0x0A, 2, 0x08, 0]).error == nil)
    #expect(try response([0x0A, 3, 0x08, 0xE7, 0x07]).error?.code == .unknown)
  }

  @Test func `details of a status and unknown fields are stepped over`() throws {
    let unknown: [UInt8] = [0x78, 1, 0x71, 1, 2, 3, 4, 5, 6, 7, 8, 0x7D, 1, 2, 3, 4, 0x7A, 2, 0, 0]
    let group: [UInt8] = [0x7B, 0x0B, 0x08, 1, 0x0C, 0x7C]
    #expect(try request(unknown + recorded + group) == request(recorded))
    let status: [UInt8] = [0x0A, 8, 0x08, 5, 0x1A, 4, 0x0A, 2, 0x61, 0x62]
    #expect(try response(status).error?.code == .notFound)
  }

  @Test func `an error's text never makes its frame too large`() throws {
    var bytes: [UInt8] = []
    let long = String(repeating: "é", count: 5 << 20)
    ResponseEnvelope(error: GantryError(.internal, long)).encode(to: &bytes)
    #expect(bytes.count < 70_000)
    #expect(try response(bytes).error?.code == .internal)
  }

  @Test(
    arguments: [
      [0x0A], [0x0A, 5, 1], [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
      [0x20, 0x80], [0x20, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
      [0x00, 0x00], [0x0E], [0x0F], [0x0A, 1, 0xFF], [0x2A, 2, 0x0A, 5], [0x7B], [0x7B, 0x0C], [0x7C],
      [0x7D, 1, 2, 3], [0x79, 1], [UInt8](repeating: 0x0B, count: 300),
    ] as [[UInt8]])
  func `malformed bytes are an error`(_ bytes: [UInt8]) {
    let error = #expect(throws: GantryError.self) { try request(bytes) }
    #expect(error?.code == .invalidArgument)
  }

  @Test func `metadata keeps several values of a key in order`() {
    var metadata = Metadata(["A": "1"])
    metadata.append("2", for: "a")
    metadata["B"] = ["3"]
    #expect(metadata["a"] == ["1", "2"])
    #expect(metadata.first("A") == "1")
    metadata["a"] = []
    #expect(metadata == Metadata(["b": "3"]))
  }
}
