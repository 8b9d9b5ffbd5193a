import JSON
import Messages
import Templates

/// `gantry system df`.
package enum DiskUsageCommand {
  package static let command = Command(
    "df", "[OPTIONS]", "Show disk usage", arguments: .none,
    options: {
      [FormatHelp.tableOption, .flag("verbose", "v", "Show detailed information on space usage")]
    }
  ) { invocation, session in
    let isVerbose = invocation.flag("verbose")
    let text = invocation.string("format") ?? ""
    let format = try RowFormat(text, raw: isVerbose ? DiskUsageListings.raw : raw)
    let usage = try await session.storage { try await $0.diskUsage(.init()) }
    if isVerbose {
      try await showDetails(usage, format, session)
      return 0
    }
    try session.console.print(
      try format.text(
        rows(usage), columns: ["Type", "TotalCount", "Active", "Size", "Reclaimable"],
        headers: [
          "Type": "TYPE", "TotalCount": "TOTAL", "Active": "ACTIVE", "Size": "SIZE", "Reclaimable": "RECLAIMABLE",
        ], typeName: "*formatter.diskUsageImagesContext"))
    return 0
  }

  private static let raw = """
    type: {{.Type}}
    total: {{.TotalCount}}
    active: {{.Active}}
    size: {{.Size}}
    reclaimable: {{.Reclaimable}}

    """

  private static func showDetails(
    _ usage: GantryEngineV1.DiskUsageResponse, _ format: RowFormat, _ session: Session
  ) async throws {
    let now = Moment.now.seconds
    let template: Template
    switch format {
    case .table:
      try session.console.print(DiskUsageDetails(usage, now: now).text)
      return
    case .tableTemplate(let columns): template = columns
    case .template(let line): template = line
    }
    let containers = try await session.containers { try await $0.list(.init(all: true)).containers }
    let info = try JSONValue(parsing: try await session.system { try await $0.info(.init()).json })
    let listings = DiskUsageListings(
      usage: usage, containers: containers, root: info["DockerRootDir"]?.string ?? "", isWhole: !format.isTabbed,
      now: now)
    // Docker puts out what it has made before an error, and ends no line.
    let (output, error) = template.outcome(listings.value)
    try session.console.print(output)
    if let error { throw CommandFailure.usage(error.message, exitCode: 1) }
  }

  private static func rows(_ usage: GantryEngineV1.DiskUsageResponse) -> [FormatRow] {
    var images: [String: GantryEngineV1.ImageSummary] = [:]
    for image in usage.images { images[image.id] = image }
    let used = images.values.filter { $0.containers > 0 }
    let usedSize = used.reduce(0) { $0 + $1.size - $1.sharedSize }
    let active = usage.containers.filter { ["running", "paused", "restarting"].contains($0.state) }
    let written = usage.containers.reduce(0) { $0 + $1.sizeRw }
    let idle = written - active.reduce(0) { $0 + $1.sizeRw }
    let stored = usage.volumes.reduce(0) { $0 + $1.size }
    let unlinked = usage.volumes.filter { $0.links == 0 }.reduce(0) { $0 + $1.size }
    return [
      row("Images", images.count, used.count, usage.layersSize, usage.layersSize - usedSize),
      row("Containers", usage.containers.count, active.count, written, idle),
      row("Local Volumes", usage.volumes.count, usage.volumes.count { $0.links > 0 }, stored, unlinked),
      row("Build Cache", 0, 0, 0, 0),
    ]
  }

  private static func row(_ type: String, _ total: Int, _ active: Int, _ size: Int64, _ free: Int64) -> FormatRow {
    let share = size > 0 ? " (\(free * 100 / size)%)" : ""
    return FormatRow([
      ("Active", String(active)), ("Reclaimable", HumanSize.decimal(Double(free)) + share),
      ("Size", HumanSize.decimal(Double(size))), ("TotalCount", String(total)), ("Type", type),
    ])
  }
}
