import AsyncServices
import Messages

/// `gantry snapshot ...`: the snapshots, as a snapshotter plugin has them.
package enum SnapshotCommands {
  package static let group = Command("snapshot", "Manage snapshots", [diff, info, list, mounts, remove, usage])

  private static let snapshotter = Option.value(
    "snapshotter", "", "string", "Snapshotter to ask; the engine's default where it is left out")

  private static func snapshots<Answer: Sendable>(
    _ session: Session, _ body: @Sendable (ContainerdServicesSnapshotsV1.SnapshotsClient) async throws -> Answer
  ) async throws(CommandFailure) -> Answer {
    try await session.call { try await body(ContainerdServicesSnapshotsV1.SnapshotsClient($0)) }
  }

  private static func kind(_ kind: ContainerdServicesSnapshotsV1.Kind) -> String {
    switch kind {
    case .view: "View"
    case .active: "Active"
    case .committed: "Committed"
    default: "Unknown"
    }
  }

  private static func all(
    _ snapshotter: String, _ session: Session
  ) async throws(CommandFailure) -> [ContainerdServicesSnapshotsV1.Info] {
    var found: [ContainerdServicesSnapshotsV1.Info] = []
    try await snapshots(session) { try await $0.list(.init(snapshotter: snapshotter)) }.forEach { found += $0.info }
    return found.sorted { $0.name < $1.name }
  }

  /// The key that is meant: by the whole of it, or by a beginning.
  private static func key(
    _ text: String, _ snapshotter: String, _ session: Session
  ) async throws(CommandFailure) -> String {
    do throws(CommandFailure) {
      _ = try await snapshots(session) { try await $0.stat(.init(snapshotter: snapshotter, key: text)) }
      return text
    } catch {
      guard case .engine(let reason) = error, reason.code == .notFound else { throw error }
    }
    return try Abbreviation.whole(text, among: try await all(snapshotter, session).map(\.name), kind: "snapshot")
  }

  /// The same, of a snapshot of the engine's own snapshotter that is here.
  static func existing(_ text: String, _ session: Session) async throws(CommandFailure) -> String {
    let key = try await key(text, "", session)
    _ = try await snapshots(session) { try await $0.stat(.init(snapshotter: "", key: key)) }
    return key
  }

  private static let list = Command(
    "ls", otherNames: ["list"], "[OPTIONS]", "List snapshots", spellings: ["snapshot ls", "snapshot list"],
    arguments: .none, options: { [snapshotter] }
  ) { invocation, session in
    var table = Table()
    table.add(["KEY", "PARENT", "KIND"])
    for snapshot in try await all(invocation.string("snapshotter") ?? "", session) {
      table.add([snapshot.name, snapshot.parent, kind(snapshot.kind)])
    }
    try session.console.print(table.text)
    return 0
  }

  private static let diff = Command(
    "diff", "[OPTIONS] KEY [KEY]", "Show what differs between a snapshot and its parent, or between two snapshots",
    arguments: .between(1, 2),
    options: {
      [
        snapshotter,
        .value("output", "o", "string", "Write the difference as a layer (tar) to a file, or to STDOUT (-)"),
      ]
    }
  ) { invocation, session in
    let snapshotter = invocation.string("snapshotter") ?? ""
    var keys: [String] = []
    for text in invocation.arguments { keys.append(try await key(text, snapshotter, session)) }
    let upper = keys.removeLast()
    let request = GantryEngineV1.DiffSnapshotsRequest(snapshotter: snapshotter, lower: keys.first ?? "", upper: upper)
    guard let path = invocation.string("output") else {
      let changes = try await session.storage { try await $0.diffSnapshots(request).changes }
      try session.console.print(changes.map { "\(TreeCommands.letter($0.kind)) \($0.path)\n" }.joined())
      return 0
    }
    let output = try OutputFile(path == "-" ? nil : path, console: session.console, action: "save difference")
    try await output.write {
      _ = try await session.storage {
        try await $0.diffSnapshots(request, options: .init(descriptors: [output.descriptor]))
      }
    }
    return 0
  }

  private static let info = Command(
    "info", "[OPTIONS] KEY", "Get info about a snapshot", arguments: .exactly(1), options: { [snapshotter] }
  ) { invocation, session in
    let snapshotter = invocation.string("snapshotter") ?? ""
    let key = try await Self.key(invocation.arguments[0], snapshotter, session)
    let answer = try await snapshots(session) { try await $0.stat(.init(snapshotter: snapshotter, key: key)) }
    let info = answer.info ?? .init()
    var table = Table()
    table.add(["Name:", info.name])
    table.add(["Parent:", info.parent])
    table.add(["Kind:", kind(info.kind)])
    table.add(["Created:", Moment(seconds: info.createdAt?.seconds ?? 0).rfc3339])
    for (name, value) in info.labels.sorted(by: { $0.key < $1.key }) { table.add(["Label:", "\(name)=\(value)"]) }
    try session.console.print(table.text)
    return 0
  }

  private static let mounts = Command(
    "mounts", otherNames: ["mount"], "[OPTIONS] TARGET KEY", "Print the commands that mount a snapshot at TARGET",
    spellings: ["snapshot mounts", "snapshot mount"], arguments: .exactly(2), options: { [snapshotter] }
  ) { invocation, session in
    let target = invocation.arguments[0]
    let snapshotter = invocation.string("snapshotter") ?? ""
    let key = try await Self.key(invocation.arguments[1], snapshotter, session)
    let answer = try await snapshots(session) { try await $0.mounts(.init(snapshotter: snapshotter, key: key)) }
    for mount in answer.mounts {
      let options = mount.options.isEmpty ? "" : "-o \(mount.options.joined(separator: ",")) "
      try session.console.print("mount -t \(mount.type) \(mount.source) \(target) \(options)\n".trimmingLineEnd)
    }
    return 0
  }

  private static let usage = Command(
    "usage", "[OPTIONS] [KEY...]", "Show what snapshots take of the disk", arguments: .any,
    options: { [snapshotter, .flag("bytes", "b", "Print exact numbers of bytes")] }
  ) { invocation, session in
    let snapshotter = invocation.string("snapshotter") ?? ""
    var keys: [String] = []
    for text in invocation.arguments { keys.append(try await key(text, snapshotter, session)) }
    if keys.isEmpty { keys = try await all(snapshotter, session).map(\.name) }
    var table = Table()
    table.add(["KEY", "SIZE", "INODES"])
    for key in keys {
      let usage = try await snapshots(session) { try await $0.usage(.init(snapshotter: snapshotter, key: key)) }
      let size = invocation.flag("bytes") ? String(usage.size) : HumanSize.binary(Double(usage.size))
      table.add([key, size, String(usage.inodes)])
    }
    try session.console.print(table.text)
    return 0
  }

  private static let remove = Command(
    "rm", otherNames: ["remove", "delete"], "[OPTIONS] KEY [KEY...]", "Remove snapshots",
    spellings: ["snapshot rm", "snapshot remove", "snapshot delete"], arguments: .atLeast(1),
    options: { [snapshotter] }
  ) { invocation, session in
    let snapshotter = invocation.string("snapshotter") ?? ""
    return try await session.each(invocation.arguments) { text in
      let key = try await Self.key(text, snapshotter, session)
      _ = try await snapshots(session) { try await $0.remove(.init(snapshotter: snapshotter, key: key)) }
      return key
    }
  }
}

extension String {
  /// This line without spaces before its end.
  fileprivate var trimmingLineEnd: String {
    var text = self
    while text.hasSuffix(" \n") { text.remove(at: text.index(text.endIndex, offsetBy: -2)) }
    return text
  }
}
