import Messages
import Templates

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
    let text = invocation.string("format") ?? ""
    try check(text)
    let (isQuiet, showsSize) = (invocation.flag("quiet"), invocation.flag("size"))
    let format = try RowFormat(text, raw: isQuiet ? "container_id: {{.ID}}" : raw + (showsSize ? rawSize : ""))
    if isQuiet, !text.isEmpty {
      session.console.complain("WARNING: Ignoring custom format, because both --format and --quiet are set.")
    }
    let last = invocation.flag("latest") ? 1 : max(0, invocation.integer("last") ?? 0)
    let wantsSize = showsSize || text.contains(".Size")
    let request = GantryEngineV1.ListContainersRequest(
      all: invocation.flag("all"), limit: UInt32(clamping: last), size: wantsSize,
      filters: invocation.filters)
    let containers = try await session.containers { try await $0.list(request).containers }
    let isWhole = invocation.flag("no-trunc")
    if isQuiet, text != "raw" {
      try session.console.print(containers.map { (isWhole ? $0.id : Truncation.id($0.id)) + "\n" }.joined())
      return 0
    }
    let now = Moment.now.seconds
    let rows = containers.map { row($0, isWhole: isWhole, now: now) }
    let columns = ["ID", "Image", "Command", "RunningFor", "Status", "Ports", "Names"]
    try session.console.print(
      try format.text(
        rows, columns: columns + (showsSize ? ["Size"] : []), headers: headers,
        typeName: typeName))
    return 0
  }

  static let raw = """
    container_id: {{.ID}}
    image: {{.Image}}
    command: {{.Command}}
    created_at: {{.CreatedAt}}
    state: {{- pad .State 1 0}}
    status: {{- pad .Status 1 0}}
    names: {{.Names}}
    labels: {{- pad .Labels 1 0}}
    ports: {{- pad .Ports 1 0}}

    """
  static let rawSize = "size: {{.Size}}\n"

  static let typeName = "*formatter.ContainerContext"

  /// Fills the template in for a container of no properties, as Docker does before it asks for any.
  private static func check(_ format: String) throws(CommandFailure) {
    let template = try Template.parsing(format, complaint: "failed to parse template: ")
    let nothing = row(GantryEngineV1.ContainerSummary(), isWhole: false, now: 0).value(typeName)
    _ = try template.rendering(nothing, complaint: "failed to execute template: ")
  }

  private static let headers = [
    "ID": "CONTAINER ID", "Image": "IMAGE", "Command": "COMMAND", "RunningFor": "CREATED", "CreatedAt": "CREATED AT",
    "Status": "STATUS", "State": "STATE", "Ports": "PORTS", "Names": "NAMES", "Size": "SIZE", "Labels": "LABELS",
    "Mounts": "MOUNTS", "Networks": "NETWORKS", "LocalVolumes": "LOCAL VOLUMES", "Platform": "PLATFORM",
  ]

  static func row(
    _ container: GantryEngineV1.ContainerSummary, isWhole: Bool, now: Int64
  ) -> FormatRow {
    let created = Moment(seconds: container.created?.seconds ?? 0)
    let command = GoSyntax.quoted(isWhole ? container.command : Truncation.ellipsis(container.command, 20))
    let writable = HumanSize.decimal(Double(container.sizeRw), precision: 3)
    let virtual = HumanSize.decimal(Double(container.sizeRootFs), precision: 3)
    let labels = container.labels
    // A bind mount goes by its path; all volumes are local ones.
    let volumes = container.mounts.filter { !$0.hasPrefix("/") }
    let mounts = container.mounts.map { isWhole ? $0 : Truncation.ellipsis($0, 15) }.joined(separator: ",")
    // An image that has lost its name goes by its id.
    let image = !isWhole && container.image.hasPrefix("sha256:") ? Truncation.id(container.image) : container.image
    return FormatRow(
      values: [
        ("Command", .string(command)), ("CreatedAt", .string(created.localText)),
        ("ID", .string(isWhole ? container.id : Truncation.id(container.id))), ("Image", .string(image)),
        ("Labels", .string(labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ","))),
        ("LocalVolumes", .string(String(volumes.count))), ("Mounts", .string(mounts)),
        ("Names", .string(container.name.hasPrefix("/") ? String(container.name.dropFirst()) : container.name)),
        ("Networks", .string(container.networks.joined(separator: ","))),
        ("Platform", .pointer(nil, to: .record("v1.Platform"))), ("Ports", .string(container.ports)),
        ("RunningFor", .string(HumanDuration.ago(created.seconds, now: now))),
        ("Size", .string(container.sizeRootFs > 0 ? "\(writable) (virtual \(virtual))" : writable)),
        ("State", .string(container.state)), ("Status", .string(container.status)),
      ], labels: labels)
  }
}
