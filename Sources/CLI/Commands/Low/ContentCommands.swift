import AsyncServices
import Errors
import Messages

/// `gantry content ...`: the blobs, as the content plugin has them.
package enum ContentCommands {
  package static let group = Command("content", "Manage content", [fetch, get, ingests, list, remove])

  private static func content<Answer: Sendable>(
    _ session: Session, _ body: @Sendable (ContainerdServicesContentV1.ContentClient) async throws -> Answer
  ) async throws(CommandFailure) -> Answer {
    try await session.call { try await body(ContainerdServicesContentV1.ContentClient($0)) }
  }

  /// `image unpack`, or the first container, unpacks the layers later.
  private static let fetch = Command(
    "fetch", "[OPTIONS] NAME[:TAG|@DIGEST]", "Fetch all content of an image into the store", arguments: .exactly(1),
    options: { [.value("platform", "", "string", "Set platform if server is multi-platform capable")] }
  ) { invocation, session in
    let name = invocation.arguments[0]
    try ImageReference.check(name)
    let result = try await ImageFetch(session).pull(
      name, contentOnly: true, platform: invocation.string("platform") ?? "",
      display: TransferDisplay(session.console.error))
    try session.console.print(result.images.map { $0.digest + "\n" }.joined())
    return 0
  }

  private static func blobs(_ session: Session) async throws(CommandFailure) -> [ContainerdServicesContentV1.Info] {
    var blobs: [ContainerdServicesContentV1.Info] = []
    try await content(session) { try await $0.list(.init()) }.forEach { blobs += $0.info }
    return blobs.sorted { $0.digest < $1.digest }
  }

  /// The digest that is meant, of a blob that is here.
  static func existing(_ text: String, _ session: Session) async throws(CommandFailure) -> String {
    let digest = try await digest(text, session)
    _ = try await content(session) { try await $0.info(.init(digest: digest)) }
    return digest
  }

  /// The digest that is meant: by the whole of it, or by a beginning.
  private static func digest(_ text: String, _ session: Session) async throws(CommandFailure) -> String {
    // "sha256:" and 64 digits can be no beginning; the list may be long.
    guard text.utf8.count < 71 else { return text }
    return try Abbreviation.whole(text, among: try await blobs(session).map(\.digest), kind: "blob")
  }

  private static let list = Command(
    "ls", otherNames: ["list"], "[OPTIONS]", "List all blobs in the store",
    spellings: ["content ls", "content list"], arguments: .none,
    options: { [.flag("quiet", "q", "Print only the blob digest")] }
  ) { invocation, session in
    let blobs = try await Self.blobs(session)
    if invocation.flag("quiet") {
      try session.console.print(blobs.map { $0.digest + "\n" }.joined())
      return 0
    }
    let now = Moment.now.seconds
    var table = Table()
    table.add(["DIGEST", "SIZE", "AGE", "LABELS"])
    for blob in blobs {
      let labels = blob.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      table.add([
        blob.digest, HumanSize.decimal(Double(blob.size)),
        HumanDuration.text(.seconds(now &- (blob.createdAt?.seconds ?? now))),
        labels.isEmpty ? "-" : labels.joined(separator: ","),
      ])
    }
    try session.console.print(table.text)
    return 0
  }

  private static let ingests = Command(
    "ingests", otherNames: ["active"], "", "List what is on its way into the store",
    spellings: ["content ingests", "content active"], arguments: .none
  ) { _, session in
    let statuses = try await content(session) { try await $0.listStatuses(.init()).statuses }
    let now = Moment.now.seconds
    var table = Table()
    table.add(["REF", "SIZE", "TOTAL", "AGE"])
    for status in statuses.sorted(by: { $0.ref < $1.ref }) {
      table.add([
        status.ref, HumanSize.decimal(Double(status.offset)),
        status.total > 0 ? HumanSize.decimal(Double(status.total)) : "-",
        HumanDuration.text(.seconds(now &- (status.startedAt?.seconds ?? now))),
      ])
    }
    try session.console.print(table.text)
    return 0
  }

  private static let get = Command(
    "get", "DIGEST", "Write a blob's bytes to standard output", arguments: .exactly(1)
  ) { invocation, session in
    let digest = try await Self.digest(invocation.arguments[0], session)
    let output = session.console.output
    try await content(session) { try await $0.read(.init(digest: digest)) }.forEach { part throws(GantryError) in
      try output.writeAll(part.data)
    }
    return 0
  }

  private static let remove = Command(
    "rm", otherNames: ["remove", "delete"], "DIGEST [DIGEST...]", "Permanently delete one or more blobs",
    spellings: ["content rm", "content remove", "content delete"], arguments: .atLeast(1)
  ) { invocation, session in
    try await session.each(invocation.arguments) { text in
      let digest = try await Self.digest(text, session)
      _ = try await content(session) { try await $0.delete(.init(digest: digest)) }
      return digest
    }
  }
}
