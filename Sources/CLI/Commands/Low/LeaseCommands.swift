import AsyncServices
import Errors
import Messages

/// `gantry lease ...`: what keeps blobs and snapshots from being collected.
package enum LeaseCommands {
  package static let group = Command("lease", "Manage leases", [create, list, remove])

  private static let expiry = "containerd.io/gc.expire"

  private static func leases<Answer: Sendable>(
    _ session: Session, _ body: @Sendable (ContainerdServicesLeasesV1.LeasesClient) async throws -> Answer
  ) async throws(CommandFailure) -> Answer {
    try await session.call { try await body(ContainerdServicesLeasesV1.LeasesClient($0)) }
  }

  private static let create = Command(
    "create", "[OPTIONS] [LABEL=VALUE...]", "Create a lease", arguments: .any,
    options: {
      [
        .value("expires", "x", "duration", "How long it lasts (0 is for ever)", default: "24h"),
        .value("id", "", "string", "Id of the lease; one is made up where it is left out"),
        .list("content", "", "digest", "Blob that it holds"),
        .list("snapshot", "", "key", "Snapshot that it holds"),
      ]
    }
  ) { invocation, session in
    var labels: [String: String] = [:]
    for text in invocation.arguments {
      let (name, value) = NameValue.split(text)
      guard !name.isEmpty, let value else { throw CommandFailure.local("a label is NAME=VALUE, and not \(text)") }
      labels[name] = value
    }
    let life = invocation.string("expires") ?? "24h"
    if life != "0" {
      guard let nanoseconds = Moment.nanoseconds(ofSpan: life), nanoseconds > 0 else {
        throw CommandFailure.local("invalid duration \(GoSyntax.quoted(life)): write it as 24h or 90m")
      }
      labels[expiry] = Moment.now.advanced(nanoseconds: nanoseconds).rfc3339
    }
    // Before there is a lease that nobody asked for.
    var resources: [ContainerdServicesLeasesV1.Resource] = []
    for text in invocation.strings("content") {
      resources.append(.init(id: try await ContentCommands.existing(text, session), type: "content"))
    }
    for text in invocation.strings("snapshot") {
      resources.append(.init(id: try await SnapshotCommands.existing(text, session), type: "snapshots/"))
    }
    let request = ContainerdServicesLeasesV1.CreateRequest(id: invocation.string("id") ?? "", labels: labels)
    let lease = try await leases(session) { try await $0.create(request).lease }
    let id = lease?.id ?? ""
    do throws(CommandFailure) {
      for resource in resources {
        _ = try await leases(session) { try await $0.addResource(.init(id: id, resource: resource)) }
      }
    } catch {
      _ = try? await leases(session) { try await $0.delete(.init(id: id)) }
      throw error
    }
    try session.console.print(id + "\n")
    return 0
  }

  private static let list = Command(
    "ls", otherNames: ["list"], "[OPTIONS]", "List leases", spellings: ["lease ls", "lease list"], arguments: .none,
    options: { [.flag("quiet", "q", "Print only the ids")] }
  ) { invocation, session in
    let leases = try await leases(session) { try await $0.list(.init()).leases }
    if invocation.flag("quiet") {
      try session.console.print(leases.map { $0.id + "\n" }.joined())
      return 0
    }
    var table = Table()
    table.add(["ID", "CREATED AT", "LABELS"])
    for lease in leases {
      let labels = lease.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      let created = Moment(seconds: lease.createdAt?.seconds ?? 0, nanoseconds: Int64(lease.createdAt?.nanos ?? 0))
      table.add([lease.id, created.rfc3339, labels.isEmpty ? "-" : labels.joined(separator: ",")])
    }
    try session.console.print(table.text)
    return 0
  }

  private static let remove = Command(
    "rm", otherNames: ["remove", "delete"], "LEASE [LEASE...]", "Delete leases, and what they alone hold",
    spellings: ["lease rm", "lease remove", "lease delete"], arguments: .atLeast(1)
  ) { invocation, session in
    // Without the list nothing is an abbreviation; what is wrong, each deletion tells.
    let known = (try? await leases(session) { try await $0.list(.init()).leases.map(\.id) }) ?? []
    return try await session.each(invocation.arguments) { text in
      let id = try Abbreviation.whole(text, among: known, kind: "lease")
      _ = try await leases(session) { try await $0.delete(.init(id: id)) }
      return id
    }
  }
}
