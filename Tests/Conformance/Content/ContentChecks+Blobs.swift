import AsyncServices
import Errors
import Glibc
import Linux
import Messages
import Wire

extension ContentChecks {
  private static let service = "gantry.content.v1.Blobs"

  /// A descriptor of an unnamed file, for reading.
  private static func file(_ bytes: [UInt8]) throws -> FileDescriptor {
    let path = "/tmp/\(UniqueName.make("file"))"
    try FileDescriptor.open(path, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600).writeAll(bytes)
    defer { unlink(path) }
    return try FileDescriptor.open(path, O_RDONLY)
  }

  private static func ingest(
    _ probe: ContentProbe, _ bytes: [UInt8], digest: String, size: Int64, labels: [String: String] = [:]
  ) async throws -> GantryContentV1.IngestResponse {
    try await probe.blobs.ingest(
      .init(digest: digest, size: size, labels: labels),
      options: CallOptions(timeout: .seconds(30), descriptors: [try file(bytes)]))
  }

  // MARK: - Blobs as descriptors

  static let handingOver: [ConformanceCheck] = [
    ConformanceCheck("Open hands over the blob, read only") { plugin in
      guard await plugin.services.contains(service) else { try skip("the plugin does not offer \(service)") }
      let probe = await ContentProbe(plugin)
      let (bytes, digest) = ContentProbe.blob(20_000)
      _ = try await probe.store(bytes)
      let reply = try await probe.blobs.openReply(.init(digest: digest), options: within(5))
      try expectEqual(reply.message.size, 20_000, "the size")
      let descriptor = try require(reply.descriptors.first, "the answer must carry a descriptor")
      try expect(try descriptor.readAll() == bytes, "the descriptor must give the blob from its beginning")
      var byte: UInt8 = 0
      try expect(Glibc.write(descriptor.number, &byte, 1) == -1, "the descriptor must not be writable")
      try await probe.delete(digest)
      try await expectError(.notFound, what: "Open of what is not there") {
        try await probe.blobs.open(.init(digest: digest), options: within(5))
      }
    },
    ConformanceCheck("Ingest takes in a file, with its digest known or computed") { plugin in
      guard await plugin.services.contains(service) else { try skip("the plugin does not offer \(service)") }
      let probe = await ContentProbe(plugin)
      let known = ContentProbe.medium()
      let answer = try await ingest(probe, known.bytes, digest: known.digest, size: 3 << 20, labels: ["a": "1"])
      try expectEqual(answer.digest, known.digest, "the digest")
      try expectEqual(answer.size, 3 << 20, "the size")
      try expect(try await probe.read(known.digest) == known.bytes, "Read must give the bytes of the file")
      try expectEqual(try await probe.info(known.digest).labels["a"], "1", "the label given to Ingest")
      let again = try await ingest(probe, known.bytes, digest: known.digest, size: 3 << 20)
      try expectEqual(again.digest, known.digest, "the digest of what was there already")
      let computed = ContentProbe.blob(5000)
      try expectEqual(
        try await ingest(probe, computed.bytes, digest: "", size: -1).digest, computed.digest, "the computed digest")
      for digest in [known.digest, computed.digest] { try await probe.delete(digest) }
    },
    ConformanceCheck("Ingest refuses a file that is not what it should be, and keeps nothing of it") { plugin in
      guard await plugin.services.contains(service) else { try skip("the plugin does not offer \(service)") }
      let probe = await ContentProbe(plugin)
      let (bytes, digest) = ContentProbe.blob(5000)
      let (_, other) = ContentProbe.blob(5000)
      try await expectError(.failedPrecondition, what: "Ingest with another digest") {
        try await ingest(probe, bytes, digest: other, size: 5000)
      }
      try await expectError(.failedPrecondition, what: "Ingest with another size") {
        try await ingest(probe, bytes, digest: digest, size: 4000)
      }
      try await expectError(.invalidArgument, what: "Ingest without a descriptor") {
        try await probe.blobs.ingest(.init(digest: digest, size: 5000), options: within(5))
      }
      for name in [digest, other] {
        try await expectError(.notFound, what: "Info after it") { try await probe.info(name) }
      }
    },
  ]

  // MARK: - Restart

  static let surviving: [ConformanceCheck] = [
    ConformanceCheck("blobs and unfinished writes are there again after the plugin was killed") { plugin in
      let before = await ContentProbe(plugin)
      let kept = ContentProbe.blob(10_000)
      _ = try await before.store(kept.bytes, labels: ["kept": "yes"])
      let (bytes, digest) = ContentProbe.blob(1000)
      let ref = UniqueName.make("ref")
      let call = try await before.client.write(options: within(30))
      var answers = call.responses.makeAsyncIterator()
      try await call.send(Request(action: .write, ref: ref, expected: digest, data: Array(bytes[..<600])))
      _ = try await answers.next()
      try await plugin.restart()
      let after = await ContentProbe(plugin)
      try expect(try await after.read(kept.digest) == kept.bytes, "Read after the restart must give the blob")
      try expectEqual(try await after.info(kept.digest).labels["kept"], "yes", "the label after the restart")
      try expectEqual(try await after.status(ref).offset, 600, "the offset of the unfinished write")
      try await expectError(.notFound, what: "Info of what was not committed") { try await after.info(digest) }
      _ = try await after.writeOnceUnlocked([
        Request(action: .commit, ref: ref, total: 1000, expected: digest, offset: 600, data: Array(bytes[600...]))
      ])
      try expect(try await after.read(digest) == bytes, "Read must give what was written before and after")
      for name in [kept.digest, digest] { try await after.delete(name) }
    }
  ]
}
