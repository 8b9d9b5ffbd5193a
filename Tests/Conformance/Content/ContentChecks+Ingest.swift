import AsyncServices
import Errors
import Messages

extension ContentChecks {
  // MARK: - Status, Abort, and writes that are taken up again

  static let resuming: [ConformanceCheck] = [
    ConformanceCheck("a write that was left can be taken up where it ended") { plugin in
      let probe = await ContentProbe(plugin)
      let (bytes, digest) = ContentProbe.blob(1000)
      let ref = UniqueName.make("ref")
      _ = try await probe.write([
        Request(action: .write, ref: ref, total: 1000, expected: digest, data: Array(bytes[..<400]))
      ])
      let status = try await settled(probe, ref, offset: 400)
      try expectEqual(status.offset, 400, "the offset in Status")
      try expectEqual(status.total, 1000, "the total in Status")
      try expectEqual(status.ref, ref, "the ref in Status")
      let refs = try await probe.client.listStatuses(.init(), options: within(5)).statuses.map(\.ref)
      try expect(refs.contains(ref), "ListStatuses must have the write")
      let answers = try await probe.writeOnceUnlocked([
        Request(action: .stat, ref: ref),
        Request(action: .commit, ref: ref, total: 1000, expected: digest, offset: 400, data: Array(bytes[400...])),
      ])
      try expectEqual(answers.first?.offset, 400, "the offset that Stat answers")
      try expect(try await probe.read(digest) == bytes, "Read must give the bytes that were written")
      try await expectError(.notFound, what: "Status after Commit") { try await probe.status(ref) }
      try await probe.delete(digest)
    },
    ConformanceCheck("a write at offset 0 starts anew") { plugin in
      let probe = await ContentProbe(plugin)
      let (bytes, digest) = ContentProbe.blob(1000)
      let ref = UniqueName.make("ref")
      _ = try await probe.write([Request(action: .write, ref: ref, data: [9, 9, 9])])
      _ = try await settled(probe, ref, offset: 3)
      _ = try await probe.writeOnceUnlocked([
        Request(action: .write, ref: ref, offset: 0, data: bytes),
        Request(action: .commit, ref: ref, total: 1000, expected: digest, offset: 1000),
      ])
      try expect(try await probe.read(digest) == bytes, "Read must give what was written the second time")
      try await probe.delete(digest)
    },
    ConformanceCheck("Abort forgets a write") { plugin in
      let probe = await ContentProbe(plugin)
      let ref = UniqueName.make("ref")
      _ = try await probe.write([Request(action: .write, ref: ref, data: [1, 2, 3])])
      _ = try await settled(probe, ref, offset: 3)
      _ = try await probe.client.abort(.init(ref: ref), options: within(5))
      try await expectError(.notFound, what: "Status after Abort") { try await probe.status(ref) }
    },
  ]

  /// The status of a write whose stream has just been closed on this side; the plugin may not have seen that yet.
  private static func settled(
    _ probe: ContentProbe, _ ref: String, offset: Int64
  ) async throws -> ContainerdServicesContentV1.Status {
    for _ in 0..<200 {
      // A ref that is still locked answers a second writer with unavailable.
      if let answer = try? await probe.write([Request(action: .stat, ref: ref)]).first, answer.offset == offset {
        break
      }
      try await Task.sleep(for: .milliseconds(10))
    }
    return try await probe.status(ref)
  }

  // MARK: - Info, Update, List, Delete

  static let describing: [ConformanceCheck] = [
    ConformanceCheck("Update changes one label, or all of them, and nothing else") { plugin in
      let probe = await ContentProbe(plugin)
      let digest = try await probe.store(ContentProbe.blob(10).bytes, labels: ["a": "1", "b": "1"])
      func update(_ labels: [String: String], _ path: String) async throws -> [String: String]? {
        let request = ContainerdServicesContentV1.UpdateRequest(
          info: .init(digest: digest, labels: labels), updateMask: .init(paths: [path]))
        let response = try await probe.client.update(request, options: within(5))
        return response.info?.labels
      }
      try expectEqual(try await update(["a": "2", "c": "2"], "labels.a"), ["a": "2", "b": "1"], "the labels")
      try expectEqual(try await update(["c": "3"], "labels"), ["c": "3"], "the labels")
      try expectEqual(try await probe.info(digest).labels, ["c": "3"], "the labels in Info")
      try await expectError(.invalidArgument, what: "Update of the size") { try await update([:], "size") }
      try await probe.delete(digest)
    },
    ConformanceCheck("List has each blob once, and a removed one no more") { plugin in
      let probe = await ContentProbe(plugin)
      let kept = try await probe.store(ContentProbe.blob(10).bytes)
      let removed = try await probe.store(ContentProbe.blob(10).bytes)
      try await probe.delete(removed)
      var digests: [String] = []
      for try await part in try await probe.client.list(.init(), options: within(30)) {
        digests += part.info.map(\.digest)
      }
      try expectEqual(digests.filter { $0 == kept }.count, 1, "how often List has the blob")
      try expect(!digests.contains(removed), "List must not have a removed blob")
      try await expectError(.notFound, what: "Info of a removed blob") { try await probe.info(removed) }
      try await probe.delete(kept)
    },
  ]
}
