import AsyncServices
import AsyncWire
import Errors
import Glibc
import Linux
import Messages
import Wire

extension ContentChecks {
  private static let ingests = "gantry.content.v1.Ingests"

  /// An ingest's descriptor, which is locked for as long as it is open.
  private static func open(
    _ client: GantryContentV1.IngestsClient, _ ref: String, digest: String = "", size: Int64 = -1
  ) async throws -> (file: FileDescriptor, offset: Int64) {
    // The plugin may not have seen yet that an earlier writer of the ref is gone.
    for attempt in 0... {
      do {
        let reply = try await client.openReply(.init(ref: ref, digest: digest, size: size), options: within(10))
        let file = try require(reply.descriptors.first, "the answer must carry a descriptor")
        return (file, reply.message.offset)
      } catch let error as GantryError where error.code == .unavailable && attempt < 300 {
        try await Task.sleep(for: .milliseconds(10))
      }
    }
    throw CheckFailure.failed("an ingest that nobody has open must open")
  }

  private static func write(
    _ bytes: some Collection<UInt8>, _ client: GantryContentV1.IngestsClient, _ ref: String, digest: String = ""
  ) async throws {
    let (file, offset) = try await open(client, ref, digest: digest)
    try Array(bytes).withUnsafeBytes { buffer in
      let written = pwrite(file.number, buffer.baseAddress, buffer.count, Int(offset))
      guard written == buffer.count else { throw CheckFailure.failed("the descriptor must be writable") }
    }
  }

  // MARK: - Blobs on their way as descriptors

  static let ingesting: [ConformanceCheck] = [
    ConformanceCheck("an ingest takes bytes through its descriptor, in several goes, and becomes a blob") { plugin in
      let client = try await client(plugin)
      let probe = await ContentProbe(plugin)
      let (bytes, digest) = ContentProbe.blob(30_000)
      let ref = UniqueName.make("ref")
      try await write(bytes[..<10_000], client, ref, digest: digest)
      let status = try await probe.status(ref)
      try expectEqual(status.offset, 10_000, "the offset in Status")
      try expectEqual(status.expected, digest, "the expected digest in Status")
      try expectEqual(try await open(client, ref).offset, 10_000, "the offset that Open answers")
      try await write(bytes[10_000...], client, ref, digest: digest)
      let request = GantryContentV1.FinishIngestRequest(ref: ref, digest: digest, size: 30_000, labels: ["a": "1"])
      let answer = try await client.finish(request, options: within(30))
      try expectEqual(answer.digest, digest, "the digest that Finish answers")
      try expectEqual(answer.size, 30_000, "the size that Finish answers")
      try expect(try await probe.read(digest) == bytes, "Read must give the bytes that were written")
      try expectEqual(try await probe.info(digest).labels["a"], "1", "the label given to Finish")
      try await expectError(.notFound, what: "Status after Finish") { try await probe.status(ref) }
      try await expectError(.alreadyExists, what: "Open of a blob that is there") {
        try await client.open(.init(ref: ref, digest: digest, size: 30_000), options: within(5))
      }
      try await probe.delete(digest)
    },
    ConformanceCheck("an ingest has one writer at a time, and survives SIGKILL") { plugin in
      let first = try await client(plugin)
      let (bytes, digest) = ContentProbe.blob(5000)
      let ref = UniqueName.make("ref")
      try await write(bytes[..<2000], first, ref, digest: digest)
      do {
        let (file, _) = try await open(first, ref)
        try await expectError(.unavailable, what: "Open of an ingest that is open") {
          try await first.open(.init(ref: ref), options: within(5))
        }
        withExtendedLifetime(file) {}
      }
      try await plugin.restart()
      let client = try await client(plugin)
      let probe = await ContentProbe(plugin)
      let statuses = try await probe.client.listStatuses(.init(), options: within(5)).statuses
      try expect(statuses.contains { $0.ref == ref && $0.offset == 2000 }, "ListStatuses must have the ingest")
      try await write(bytes[2000...], client, ref, digest: digest)
      _ = try await client.finish(.init(ref: ref, digest: digest, size: 5000), options: within(30))
      try expect(try await probe.read(digest) == bytes, "Read must give the bytes that were written")
      try await probe.delete(digest)
    },
    ConformanceCheck("Finish refuses what is not as announced, and drops it") { plugin in
      let client = try await client(plugin)
      let probe = await ContentProbe(plugin)
      let (bytes, digest) = ContentProbe.blob(1000)
      let (_, other) = ContentProbe.blob(1000)
      for (wanted, size) in [(other, Int64(1000)), (digest, 999)] {
        let ref = UniqueName.make("ref")
        try await write(bytes, client, ref)
        try await expectError(.failedPrecondition, what: "Finish with another digest or size") {
          try await client.finish(.init(ref: ref, digest: wanted, size: size), options: within(30))
        }
        try await expectError(.notFound, what: "Status of what was refused") { try await probe.status(ref) }
        try await expectError(.notFound, what: "Info of what was refused") { try await probe.info(wanted) }
      }
      try await expectError(.notFound, what: "Finish of an ingest that is not there") {
        try await client.finish(.init(ref: UniqueName.make("ref"), digest: digest, size: 1000), options: within(30))
      }
    },
    ConformanceCheck("Abort drops an ingest") { plugin in
      let client = try await client(plugin)
      let probe = await ContentProbe(plugin)
      let ref = UniqueName.make("ref")
      try await write([1, 2, 3], client, ref)
      _ = try await probe.client.abort(.init(ref: ref), options: within(5))
      try await expectError(.notFound, what: "Status after Abort") { try await probe.status(ref) }
      try expectEqual(try await open(client, ref).offset, 0, "the offset after Abort")
      _ = try await probe.client.abort(.init(ref: ref), options: within(5))
    },
  ]

  private static func client(_ plugin: any PluginUnderTest) async throws -> GantryContentV1.IngestsClient {
    guard await plugin.services.contains(ingests) else { try skip("the plugin does not offer \(ingests)") }
    return .init(await plugin.caller)
  }
}
