import Hashing
import AsyncServices
import AsyncWire
import CLinux
import Digests
import Errors
import Glibc
import Linux
import LocalContent
import Messages
import Testing
import Wire

@Suite struct LocalContentTests {
  private typealias API = ContainerdServicesContentV1

  private func withStore(
    _ body: (ServedPlugin, ContainerdServicesContentV1.ContentClient, GantryContentV1.BlobsClient) async throws -> Void
  ) async throws {
    let plugin = try ServedPlugin { try LocalContentService(path: $0).allRoutes }
    let result: Result<Void, any Error>
    do {
      try await body(plugin, .init(plugin.client), .init(plugin.client))
      result = .success(())
    } catch { result = .failure(error) }
    await plugin.remove()
    try result.get()
  }

  private static func file(_ bytes: [UInt8]) throws -> FileDescriptor {
    let file = try FileDescriptor.open("/tmp", O_RDWR | 0o20_200_000, mode: 0o600)
    try file.writeAll(bytes)
    return file
  }

  private static func write(
    _ client: ContainerdServicesContentV1.ContentClient, _ requests: [ContainerdServicesContentV1.WriteContentRequest]
  ) async throws -> [ContainerdServicesContentV1.WriteContentResponse] {
    let call = try await client.write()
    var responses: [ContainerdServicesContentV1.WriteContentResponse] = []
    var iterator = call.responses.makeAsyncIterator()
    for request in requests {
      try await call.send(request)
      if let response = try await iterator.next() { responses.append(response) }
    }
    call.closeSend()
    while try await iterator.next() != nil {}
    return responses
  }

  @Test func aDescriptorIsTakenInAndHandedOut() async throws {
    try await withStore { plugin, content, blobs in
      let bytes = Array("hello".utf8)
      let digest = try Digest.of(bytes)
      let taken = try await blobs.ingest(
        .init(size: 5, labels: ["a": "b"]), options: CallOptions(descriptors: [Self.file(bytes)]))
      #expect(taken == .init(digest: digest.description, size: 5))
      let again = try await blobs.ingest(
        .init(digest: digest.description, size: -1), options: CallOptions(descriptors: [Self.file(bytes)]))
      #expect(again == taken)
      let reply = try await blobs.openReply(.init(digest: digest.description))
      #expect(reply.message.size == 5)
      #expect(try reply.descriptors.first?.readAll() == bytes)
      #expect(try plugin.names("blobs/sha256") == [digest.hex])
      #expect(try plugin.names("ingest").isEmpty)
      var status = stat()
      #expect(lstat("\(plugin.path)/blobs/sha256/\(digest.hex)", &status) == 0 && status.st_mode == S_IFREG | 0o444)
      #expect(lstat("\(plugin.path)/blobs", &status) == 0 && status.st_mode == S_IFDIR | 0o700)
      #expect(try await content.info(.init(digest: digest.description)).info?.labels == ["a": "b"])
    }
  }

  @Test func aBlobThatIsNotWhatItIsCalledIsRefusedAndNothingIsKept() async throws {
    try await withStore { plugin, _, blobs in
      let wrong = try Digest.of([1]).description
      for request in [
        GantryContentV1.IngestRequest(digest: wrong, size: -1), .init(digest: "", size: 99),
      ] {
        let error = await #expect(throws: GantryError.self) {
          _ = try await blobs.ingest(request, options: CallOptions(descriptors: [Self.file([2])]))
        }
        #expect(error?.code == .failedPrecondition)
      }
      #expect(try plugin.names("blobs/sha256").isEmpty)
      #expect(try plugin.names("ingest").isEmpty)
      let error = await #expect(throws: GantryError.self) { _ = try await blobs.ingest(.init(size: -1)) }
      #expect(error?.code == .invalidArgument)
    }
  }

  @Test func aWriteGoesOnAfterARestartAndCommits() async throws {
    let plugin = try ServedPlugin { try LocalContentService(path: $0).allRoutes }
    _ = try await Self.write(
      .init(plugin.client), [.init(action: .write, ref: "r/1", total: 6, offset: 0, data: [1, 2, 3])])
    await plugin.stop()
    let second = try ServedPlugin(path: plugin.path) { try LocalContentService(path: $0).allRoutes }
    let content = API.ContentClient(second.client)
    let status = try await content.status(.init(ref: "r/1")).status
    #expect(status?.offset == 3 && status?.total == 6 && status?.ref == "r/1")
    let responses = try await Self.write(
      content,
      [
        .init(action: .stat, ref: "r/1"), .init(action: .write, offset: 3, data: [4, 5]),
        .init(action: .commit, offset: 5, data: [6], labels: ["x": "y"]),
      ])
    #expect(responses.map(\.offset) == [3, 5, 6])
    let digest = try Digest.of([1, 2, 3, 4, 5, 6]).description
    #expect(responses.last?.digest == digest)
    #expect(try await content.info(.init(digest: digest)).info?.labels == ["x": "y"])
    #expect(try await content.listStatuses(.init()).statuses.isEmpty)
    var pieces: [UInt8] = []
    for try await piece in try await content.read(.init(digest: digest, offset: 2, size: 3)) { pieces += piece.data }
    #expect(pieces == [3, 4, 5])
    await second.remove()
  }

  @Test func aReferenceHasOneWriterAndCanBeAborted() async throws {
    try await withStore { plugin, content, _ in
      let first = try await content.write()
      try await first.send(.init(action: .write, ref: "r", data: [1]))
      var iterator = first.responses.makeAsyncIterator()
      _ = try await iterator.next()
      let locked = await #expect(throws: GantryError.self) {
        _ = try await Self.write(content, [.init(action: .stat, ref: "r")])
      }
      #expect(locked?.code == .unavailable)
      first.closeSend()
      while try await iterator.next() != nil {}
      _ = try await content.abort(.init(ref: "r"))
      let gone = await #expect(throws: GantryError.self) { _ = try await content.abort(.init(ref: "r")) }
      #expect(gone?.code == .notFound)
      #expect(try plugin.names("ingest").isEmpty)
    }
  }

  @Test(arguments: [
    (ContainerdServicesContentV1.WriteContentRequest(action: .write, offset: 7, data: [1]), ErrorCode.outOfRange),
    (.init(action: .commit, total: 9, offset: 1), .failedPrecondition),
    (.init(action: .commit, expected: "sha256:" + String(repeating: "0", count: 64), offset: 1), .failedPrecondition),
    (.init(action: .write, ref: "other", offset: 1), .invalidArgument),
    (.init(action: .init(rawValue: 99)), .invalidArgument),
  ])
  func wrongWritesAreRefused(
    request: ContainerdServicesContentV1.WriteContentRequest, code: ErrorCode
  ) async throws {
    try await withStore { _, content, _ in
      let error = await #expect(throws: GantryError.self) {
        _ = try await Self.write(content, [.init(action: .write, ref: "r", data: [1]), request])
      }
      #expect(error?.code == code)
    }
  }

  @Test func aWriteWithoutReferenceOrOfWhatIsThereIsRefused() async throws {
    try await withStore { plugin, content, _ in
      let nameless = await #expect(throws: GantryError.self) { _ = try await Self.write(content, [.init()]) }
      #expect(nameless?.code == .invalidArgument)
      _ = try await Self.write(content, [.init(action: .commit, ref: "a", data: [1])])
      let digest = try Digest.of([1]).description
      let there = await #expect(throws: GantryError.self) {
        _ = try await Self.write(content, [.init(action: .stat, ref: "b", expected: digest)])
      }
      #expect(there?.code == .alreadyExists)
      #expect(try plugin.names("ingest").isEmpty)
    }
  }

  @Test func labelsChangeByMaskAndListingTakesFilters() async throws {
    try await withStore { _, content, blobs in
      var digests: [String] = []
      for byte in 0..<3 as Range<UInt8> {
        let reply = try await blobs.ingest(
          .init(size: 1, labels: ["n": "\(byte)", "all": "x"]), options: CallOptions(descriptors: [Self.file([byte])]))
        digests.append(reply.digest)
      }
      let updated = try await content.update(
        .init(
          info: .init(digest: digests[0], labels: ["n": "", "new": "1"]),
          updateMask: .init(paths: ["labels.n", "labels.new"])))
      #expect(updated.info?.labels == ["all": "x", "new": "1"])
      func list(_ filters: [String]) async throws -> Set<String> {
        var found: Set<String> = []
        for try await part in try await content.list(.init(filters: filters)) {
          found.formUnion(part.info.map(\.digest))
        }
        return found
      }
      #expect(try await list([]) == Set(digests))
      #expect(try await list(["labels.n==1"]) == [digests[1]])
      #expect(try await list(["labels.\"n\"~=^[02]$", "labels.new"]) == [digests[0], digests[2]])
      #expect(try await list(["labels.all==x,labels.n!=1"]) == [digests[0], digests[2]])
      _ = try await content.delete(.init(digest: digests[1]))
      let gone = await #expect(throws: GantryError.self) { _ = try await content.info(.init(digest: digests[1])) }
      #expect(gone?.code == .notFound)
      let bad = await #expect(throws: GantryError.self) { _ = try await list(["=="]) }
      #expect(bad?.code == .invalidArgument)
    }
  }

  @Test func aStartClearsAwayWhatACrashLeft() async throws {
    let plugin = try ServedPlugin { try LocalContentService(path: $0).allRoutes }
    _ = try await Self.write(.init(plugin.client), [.init(action: .write, ref: "kept", data: [1])])
    await plugin.stop()
    let ingest = try FileDescriptor.open("\(plugin.path)/ingest", O_RDONLY | O_DIRECTORY)
    try ingest.open(".tmp-1-1", O_WRONLY | O_CREAT).writeAll([1])
    _ = try ingest.makeDirectory(".tmp-1-2")
    _ = try ingest.makeDirectory(String(repeating: "a", count: 64))
    let labels = try FileDescriptor.open("\(plugin.path)/labels/sha256", O_RDONLY | O_DIRECTORY)
    _ = try labels.open(String(repeating: "b", count: 64), O_WRONLY | O_CREAT)
    _ = try labels.open(".x.tmp", O_WRONLY | O_CREAT)
    let second = try ServedPlugin(path: plugin.path) { try LocalContentService(path: $0).allRoutes }
    #expect(try second.names("ingest") == [Digest.of("kept".utf8).hex])
    #expect(try second.names("labels/sha256").isEmpty)
    await second.remove()
  }
}
