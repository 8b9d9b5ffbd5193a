import Messages
import Templates

/// What a template of `gantry system df -v` works on: the rows of the listings of images, containers and volumes.
struct DiskUsageListings {
  let usage: GantryEngineV1.DiskUsageResponse
  /// What `ps` knows of the containers.
  let containers: [GantryEngineV1.ContainerSummary]
  /// What volumes lie below.
  let root: String
  let isWhole: Bool
  let now: Int64

  /// Docker's `diskUsageContext`.
  var value: Value {
    let name = "formatter.diskUsageContext"
    let fields: [Record.Field] = [
      list("Images", imageRows, "*formatter.imageContext"),
      list("Containers", containerRows, ListContainersCommand.typeName),
      list("Volumes", volumeRows, "*formatter.volumeContext"),
      list("BuildCache", [], "*formatter.buildCacheContext"),
    ]
    return .pointer(.record(Record(name, fields, escapesHTML: true)), to: .record(name))
  }

  /// The template that "raw" stands for.
  static var raw: String {
    """
    {{range .Images}}type: Image
    \(ListImagesCommand.raw(digests: true))
    {{end -}}
    {{range .Containers}}type: Container
    \(ListContainersCommand.raw + ListContainersCommand.rawSize)
    {{end -}}
    {{range .Volumes}}type: Volume
    name: {{.Name}}
    driver: {{.Driver}}

    {{end -}}
    """
  }

  private func list(_ name: String, _ rows: [FormatRow], _ typeName: String) -> Record.Field {
    Record.Field(name, .list(rows.map { $0.value(typeName) }, of: .pointer(.record(String(typeName.dropFirst())))))
  }

  private var imageRows: [FormatRow] {
    let fields = ListImagesCommand.fields(isWhole: isWhole, countsUses: true, now: now)
    return usage.images.map(fields.row)
  }

  private var containerRows: [FormatRow] {
    let known = Dictionary(containers.map { ($0.id, $0) }) { first, _ in first }
    return usage.containers.map { container in
      // One that has come or gone between the two questions is shown as far as it is known.
      var summary =
        known[container.id]
        ?? .init(
          id: container.id, name: container.name, image: container.image, command: container.command,
          created: .init(seconds: container.createdUnix, nanos: 0), state: container.state, status: container.status)
      summary.sizeRw = container.sizeRw
      summary.sizeRootFs = 0
      return ListContainersCommand.row(summary, isWhole: isWhole, now: now)
    }
  }

  private var volumeRows: [FormatRow] {
    usage.volumes.map { volume in
      FormatRow([
        ("Availability", "N/A"), ("Driver", "local"), ("Group", "N/A"), ("Labels", ""),
        ("Links", String(volume.links)), ("Mountpoint", "\(root)/volumes/\(volume.name)/_data"),
        ("Name", volume.name), ("Scope", "local"), ("Size", HumanSize.decimal(Double(volume.size))),
        ("Status", "N/A"),
      ])
    }
  }
}
