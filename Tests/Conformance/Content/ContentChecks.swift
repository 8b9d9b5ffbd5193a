import Errors
import Messages

/// What a content store must do (`containerd.services.content.v1.Content`, `gantry.content.v1.Blobs`).
enum ContentChecks {
  static let all = storing + refusing + resuming + describing + handingOver + ingesting + surviving

  typealias Request = ContentProbe.Request

  // MARK: - Write, Read

  private static let storing: [ConformanceCheck] = [
    ConformanceCheck("a blob that was written in one message reads back") { plugin in
      let probe = await ContentProbe(plugin)
      let (bytes, digest) = ContentProbe.blob(1000)
      try expectEqual(try await probe.store(bytes, labels: ["colour": "blue"]), digest, "the digest")
      let info = try await probe.info(digest)
      try expectEqual(info.digest, digest, "the digest in Info")
      try expectEqual(info.size, 1000, "the size in Info")
      try expectEqual(info.labels["colour"], "blue", "the label given to Commit")
      try expect((info.createdAt?.seconds ?? 0) > 0, "created_at must be set")
      try expect(try await probe.read(digest) == bytes, "Read must give the bytes that were written")
      try await probe.delete(digest)
    },
    ConformanceCheck("a blob that was written in pieces reads back, each piece answered with the offset") { plugin in
      let probe = await ContentProbe(plugin)
      let (bytes, digest) = ContentProbe.blob(3000)
      let ref = UniqueName.make("ref")
      var requests: [Request] = []
      for start in [0, 1000, 2000] {
        let data = Array(bytes[start..<(start + 1000)])
        requests.append(
          Request(action: .write, ref: ref, total: 3000, expected: digest, offset: Int64(start), data: data))
      }
      requests.append(Request(action: .commit, ref: ref, total: 3000, expected: digest, offset: 3000))
      let answers = try await probe.write(requests)
      try expectEqual(answers.map(\.offset), [1000, 2000, 3000, 3000], "the offsets")
      try expectEqual(answers.last?.digest, digest, "the digest that Commit answers")
      try expect(try await probe.read(digest) == bytes, "Read must give the bytes that were written")
      try await probe.delete(digest)
    },
    ConformanceCheck("a blob larger than a message reads back whole and in part") { plugin in
      let probe = await ContentProbe(plugin)
      let third = 1_800_000
      let (bytes, digest) = ContentProbe.large()
      let ref = UniqueName.make("ref")
      let half = Int64(2 << 20)
      var requests: [Request] = []
      for number in 0..<3 {
        let start = number * third
        let data = Array(bytes[start..<(start + third)])
        requests.append(
          Request(
            action: number == 2 ? .commit : .write, ref: ref, total: Int64(3 * third), expected: digest,
            offset: Int64(start),
            data: data))
      }
      _ = try await probe.write(requests)
      try expect(try await probe.read(digest) == bytes, "Read must give all of the blob")
      let part = try await probe.read(digest, offset: half, size: 5000)
      try expect(part == Array(bytes[Int(half)..<(Int(half) + 5000)]), "Read must give the part that is asked for")
      let rest = try await probe.read(digest, offset: half)
      try expect(rest == Array(bytes[Int(half)...]), "Read with size 0 must give all from the offset on")
      try await probe.delete(digest)
    },
    ConformanceCheck("the empty blob is a blob") { plugin in
      let probe = await ContentProbe(plugin)
      let empty = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
      do {
        _ = try await probe.write([Request(action: .commit, ref: UniqueName.make("ref"), expected: empty)])
      } catch let error as GantryError where error.code == .alreadyExists {}
      try expectEqual(try await probe.info(empty).size, 0, "the size")
      try expectEqual(try await probe.read(empty), [], "the bytes")
      try await probe.delete(empty)
    },
    ConformanceCheck("ten writers of different blobs do not hinder each other") { plugin in
      let probe = await ContentProbe(plugin)
      let blobs = (0..<10).map { _ in ContentProbe.blob(2000) }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for blob in blobs { group.addTask { _ = try await probe.store(blob.bytes) } }
        try await group.waitForAll()
      }
      for blob in blobs {
        try expect(try await probe.read(blob.digest) == blob.bytes, "each blob must read back")
        try await probe.delete(blob.digest)
      }
    },
  ]

  // MARK: - What is refused

  private static let refusing: [ConformanceCheck] = [
    ConformanceCheck("bytes that do not have the digest they should have are refused and not kept") { plugin in
      let probe = await ContentProbe(plugin)
      let (bytes, digest) = ContentProbe.blob(1000)
      let (_, other) = ContentProbe.blob(1000)
      try await expectError(.failedPrecondition, what: "Commit with another digest") {
        try await probe.write([
          Request(action: .commit, ref: UniqueName.make("ref"), total: 1000, expected: other, data: bytes)
        ])
      }
      for name in [digest, other] {
        try await expectError(.notFound, what: "Info after it") { try await probe.info(name) }
      }
    },
    ConformanceCheck("bytes that do not have the size they should have are refused and not kept") { plugin in
      let probe = await ContentProbe(plugin)
      let (bytes, digest) = ContentProbe.blob(1000)
      try await expectError(.failedPrecondition, what: "Commit with another size") {
        try await probe.write([
          Request(action: .commit, ref: UniqueName.make("ref"), total: 2000, expected: digest, data: bytes)
        ])
      }
      try await expectError(.notFound, what: "Info after it") { try await probe.info(digest) }
    },
    ConformanceCheck("a blob that is there already is not written again") { plugin in
      let probe = await ContentProbe(plugin)
      let (bytes, digest) = ContentProbe.blob(1000)
      _ = try await probe.store(bytes)
      let ref = UniqueName.make("ref")
      try await expectError(.alreadyExists, what: "Write of a blob that is there") {
        try await probe.write([Request(action: .write, ref: ref, total: 1000, expected: digest, data: bytes)])
      }
      try await expectError(.notFound, what: "Status of the write that was refused") { try await probe.status(ref) }
      try await probe.delete(digest)
    },
    ConformanceCheck("two writers cannot have one ref") { plugin in
      let probe = await ContentProbe(plugin)
      let (bytes, digest) = ContentProbe.blob(1000)
      let ref = UniqueName.make("ref")
      let first = try await probe.client.write(options: within(30))
      var answers = first.responses.makeAsyncIterator()
      try await first.send(Request(action: .write, ref: ref, expected: digest, data: bytes))
      _ = try await answers.next()
      try await expectError(.unavailable, what: "a second Write of a ref") {
        try await probe.write([Request(action: .stat, ref: ref)])
      }
      try await first.send(Request(action: .commit, ref: ref, total: 1000, expected: digest, offset: 1000))
      try expectEqual(try await answers.next()?.digest, digest, "the digest that the first writer is answered")
      first.closeSend()
      try await probe.delete(digest)
    },
    ConformanceCheck("a Write without a ref, or at an offset where nothing ends, is refused") { plugin in
      let probe = await ContentProbe(plugin)
      let (bytes, _) = ContentProbe.blob(1000)
      try await expectError(.invalidArgument, what: "Write without a ref") {
        try await probe.write([Request(action: .write, data: bytes)])
      }
      let ref = UniqueName.make("ref")
      try await expectError(.outOfRange, what: "Write beyond the end") {
        try await probe.write([
          Request(action: .write, ref: ref, data: bytes), Request(action: .write, ref: ref, offset: 5000, data: bytes),
        ])
      }
      _ = try? await probe.client.abort(.init(ref: ref), options: within(5))
    },
    ConformanceCheck("what is not there is not found") { plugin in
      let probe = await ContentProbe(plugin)
      let missing = SHA256.digest(Array(UniqueName.make("missing").utf8))
      try await expectError(.notFound, what: "Info") { try await probe.info(missing) }
      try await expectError(.notFound, what: "Read") { try await probe.read(missing) }
      try await expectError(.notFound, what: "Delete") { try await probe.delete(missing) }
      try await expectError(.notFound, what: "Status") { try await probe.status("missing") }
      try await expectError(.notFound, what: "Abort") {
        try await probe.client.abort(.init(ref: UniqueName.make("missing")), options: within(5))
      }
    },
    ConformanceCheck("what is no digest is refused, however it climbs") { plugin in
      let probe = await ContentProbe(plugin)
      let climbing = "sha256:" + String(repeating: "../", count: 20) + "etc/passwd"
      for digest in ["", "sha256", "sha256:", "sha256:xyz", "md5:d41d8cd98f00b204e9800998ecf8427e", climbing] {
        try await expectError(.invalidArgument, .notFound, what: "Info of \"\(digest)\"") {
          try await probe.info(digest)
        }
        try await expectError(.invalidArgument, .notFound, what: "Read of \"\(digest)\"") {
          try await probe.read(digest)
        }
        try await expectError(.invalidArgument, .notFound, what: "Delete of \"\(digest)\"") {
          try await probe.delete(digest)
        }
      }
    },
  ]
}
