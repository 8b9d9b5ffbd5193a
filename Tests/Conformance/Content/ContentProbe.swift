import AsyncServices
import AsyncWire
import Errors
import Messages
import Wire

/// A content store and what the checks do with it again and again.
struct ContentProbe: Sendable {
  typealias Request = ContainerdServicesContentV1.WriteContentRequest
  typealias Response = ContainerdServicesContentV1.WriteContentResponse

  let client: ContainerdServicesContentV1.ContentClient
  let blobs: GantryContentV1.BlobsClient

  init(_ plugin: any PluginUnderTest) async {
    client = .init(await plugin.caller)
    blobs = .init(await plugin.caller)
  }

  /// Bytes that no other check has, and their digest.
  static func blob(_ count: Int) -> (bytes: [UInt8], digest: String) {
    var bytes = Array(UniqueName.id().utf8)
    var state = UInt32.random(in: 1 ... .max)
    while bytes.count < count {
      state = state &* 1_664_525 &+ 1_013_904_223
      bytes.append(UInt8(truncatingIfNeeded: state >> 24))
    }
    bytes.removeSubrange(count...)
    return (bytes, SHA256.digest(bytes))
  }

  /// A blob that is larger than a message.
  ///
  /// Always the same one, its digest worked out beforehand: a debug build takes seconds for that, in which a thread of
  /// Swift's pool would do nothing else.
  static func large() -> (bytes: [UInt8], digest: String) {
    (pattern(5_400_000), "sha256:5ec737c327f522660f7fecfeabe07df08d1096432de06c4ed4cddb1238af46c2")
  }

  /// A second one, 3 MiB.
  static func medium() -> (bytes: [UInt8], digest: String) {
    (pattern(3 << 20), "sha256:a1feacf0d812ba4d0b0e463ed45bbd583cea1de55c54693116754b30b5794745")
  }

  private static func pattern(_ count: Int) -> [UInt8] {
    let period = Array(UInt8(0)..<251)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + period.count)
    while bytes.count < count { bytes += period }
    bytes.removeSubrange(count...)
    return bytes
  }

  /// As `write`, again and again while the plugin has not yet seen that an earlier writer of the ref is gone.
  func writeOnceUnlocked(_ requests: [Request]) async throws -> [Response] {
    for _ in 0..<500 {
      do {
        return try await write(requests)
      } catch let error as GantryError where error.code == .unavailable {
        try await Task.sleep(for: .milliseconds(10))
      }
    }
    return try await write(requests)
  }

  /// Opens a write and sends requests one after the other, each after the answer to the one before.
  ///
  /// - Returns: the answers; fewer than requests where the plugin ended the stream.
  func write(_ requests: [Request]) async throws -> [Response] {
    let call = try await client.write(options: within(30))
    var answers: [Response] = []
    var iterator = call.responses.makeAsyncIterator()
    for request in requests {
      try await call.send(request)
      guard let answer = try await iterator.next() else { break }
      answers.append(answer)
    }
    call.closeSend()
    return answers
  }

  /// Stores a whole blob.
  ///
  /// - Returns: its digest.
  func store(_ bytes: [UInt8], labels: [String: String] = [:]) async throws -> String {
    let digest = SHA256.digest(bytes)
    let answers = try await write([
      Request(
        action: .commit, ref: UniqueName.make("ref"), total: Int64(bytes.count), expected: digest, data: bytes,
        labels: labels)
    ])
    try expectEqual(answers.last?.digest, digest, "the digest that Commit answers")
    return digest
  }

  func read(_ digest: String, offset: Int64 = 0, size: Int64 = 0) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    let stream = try await client.read(.init(digest: digest, offset: offset, size: size), options: within(30))
    for try await part in stream { bytes += part.data }
    return bytes
  }

  func info(_ digest: String) async throws -> ContainerdServicesContentV1.Info {
    try require(try await client.info(.init(digest: digest), options: within(5)).info, "Info must answer with an Info")
  }

  func delete(_ digest: String) async throws {
    _ = try await client.delete(.init(digest: digest), options: within(5))
  }

  func status(_ ref: String) async throws -> ContainerdServicesContentV1.Status {
    try require(
      try await client.status(.init(ref: ref), options: within(5)).status, "Status must answer with a Status")
  }
}
