import JSON
import Messages

/// `gantry ps`.
package enum ListContainersCommand {
  package static let command = Command(
    "ls", otherNames: ["list", "ps"], "[OPTIONS]", "List containers",
    spellings: ["container ls", "container list", "container ps", "ps"], arguments: .none,
    options: {
      [
        .flag("all", "a", "Show all containers (default shows just running)"), FormatHelp.filterOption,
        FormatHelp.tableOption,
        .integer("last", "n", "Show n last created containers (includes all states)", default: "-1"),
        .flag("latest", "l", "Show the latest created container (includes all states)"),
        .flag("no-trunc", "", "Don't truncate output"), .flag("quiet", "q", "Only display container IDs"),
        .flag("size", "s", "Display total file sizes"),
      ]
    }, run: run)

  private static func run(_ invocation: Invocation, _ session: Session) async throws -> Int32 {
    let format = try RowFormat(invocation.string("format") ?? "")
    let last = invocation.flag("latest") ? 1 : max(0, invocation.integer("last") ?? 0)
    let wantsSize = invocation.flag("size") || invocation.string("format")?.contains(".Size") == true
    let request = GantryEngineV1.ListContainersRequest(
      all: invocation.flag("all"), limit: UInt32(clamping: last), size: wantsSize,
      filters: invocation.strings("filter"))
    let containers = try await session.containers { try await $0.list(request).containers }
    let isWhole = invocation.flag("no-trunc")
    if invocation.flag("quiet"), format.isTable {
      try session.console.print(containers.map { (isWhole ? $0.id : Truncation.id($0.id)) + "\n" }.joined())
      return 0
    }
    let now = Moment.now.seconds
    let rows = containers.map { row($0, isWhole: isWhole, now: now) }
    let columns = ["ID", "Image", "Command", "RunningFor", "Status", "Ports", "Names"]
    try session.console.print(
      try format.text(
        rows, columns: columns + (invocation.flag("size") ? ["Size"] : []), headers: headers,
        typeName: "*formatter.ContainerContext"))
    return 0
  }

  private static let headers = [
    "ID": "CONTAINER ID", "Image": "IMAGE", "Command": "COMMAND", "RunningFor": "CREATED", "CreatedAt": "CREATED AT",
    "Status": "STATUS", "State": "STATE", "Ports": "PORTS", "Names": "NAMES", "Size": "SIZE", "Labels": "LABELS",
    "Mounts": "MOUNTS", "Networks": "NETWORKS", "LocalVolumes": "LOCAL VOLUMES", "Platform": "PLATFORM",
  ]

  private static func row(
    _ container: GantryEngineV1.ContainerSummary, isWhole: Bool, now: Int64
  ) -> FormatRow {
    let created = Moment(seconds: container.created?.seconds ?? 0)
    let command = GoSyntax.quoted(isWhole ? container.command : Truncation.ellipsis(container.command, 20))
    let writable = HumanSize.decimal(Double(container.sizeRw), precision: 3)
    let virtual = HumanSize.decimal(Double(container.sizeRootFs), precision: 3)
    let labels = container.labels
    let mounts = container.mounts.map { isWhole ? $0 : Truncation.ellipsis($0, 15) }.joined(separator: ",")
    // An image that has lost its name goes by its id.
    let image = !isWhole && container.image.hasPrefix("sha256:") ? Truncation.id(container.image) : container.image
    var fields = JSONObject()
    fields["Command"] = .string(command)
    fields["CreatedAt"] = .string(created.localText)
    fields["ID"] = .string(isWhole ? container.id : Truncation.id(container.id))
    fields["Image"] = .string(image)
    fields["Labels"] = .string(labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ","))
    fields["LocalVolumes"] = "0"
    fields["Mounts"] = .string(mounts)
    fields["Names"] = .string(container.name.hasPrefix("/") ? String(container.name.dropFirst()) : container.name)
    fields["Networks"] = .string(container.networks.joined(separator: ","))
    fields["Platform"] = .null
    fields["Ports"] = .string(container.ports)
    fields["RunningFor"] = .string(HumanDuration.ago(created.seconds, now: now))
    fields["Size"] = .string(container.sizeRootFs > 0 ? "\(writable) (virtual \(virtual))" : writable)
    fields["State"] = .string(container.state)
    fields["Status"] = .string(container.status)
    return FormatRow(
      fields: fields, methods: ["Label": { $0.first?.string.flatMap { labels[$0] }.map(JSONValue.string) ?? "" }])
  }
}
