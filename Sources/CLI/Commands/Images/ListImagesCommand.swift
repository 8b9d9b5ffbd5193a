import JSON
import Messages

/// `gantry images`.
package enum ListImagesCommand {
  package static let command = Command(
    "ls", otherNames: ["list"], "[OPTIONS] [REPOSITORY[:TAG]]", "List images",
    spellings: ["image ls", "image list", "images"], arguments: .atMost(1),
    options: {
      [
        .flag("all", "a", "Show all images (default hides intermediate images)"),
        .flag("digests", "", "Show digests"), FormatHelp.filterOption, FormatHelp.tableOption,
        .flag("no-trunc", "", "Don't truncate output"), .flag("quiet", "q", "Only show image IDs"),
      ]
    }
  ) { invocation, session in
    let (isQuiet, showsDigests) = (invocation.flag("quiet"), invocation.flag("digests"))
    var text = invocation.string("format") ?? ""
    if showsDigests, text.hasPrefix("table "), !text.contains("{{.Digest}}") { text += "\t{{.Digest}}" }
    let format = try RowFormat(text, raw: isQuiet ? "image_id: {{.ID}}" : raw(digests: showsDigests))
    let request = GantryEngineV1.ListImagesRequest(
      all: invocation.flag("all"), reference: invocation.arguments.first ?? "",
      filters: invocation.filters, digests: showsDigests || text.contains(".Digest"))
    let images = try await session.images { try await $0.list(request).images }
    let isWhole = invocation.flag("no-trunc")
    if isQuiet, format.isTable {
      try session.console.print(images.map { (isWhole ? $0.id : Truncation.id($0.id)) + "\n" }.joined())
      return 0
    }
    let now = Moment.now.seconds
    let digests = showsDigests ? ["Digest"] : []
    try session.console.print(
      try format.text(
        images, fields: fields(isWhole: isWhole, now: now),
        columns: ["Repository", "Tag"] + digests + ["ID", "CreatedSince", "Size"], headers: headers,
        typeName: "*formatter.imageContext"))
    return 0
  }

  static func raw(digests: Bool) -> String {
    """
    repository: {{.Repository}}
    tag: {{.Tag}}
    \(digests ? "digest: {{.Digest}}\n" : "")image_id: {{.ID}}
    created_at: {{.CreatedAt}}
    virtual_size: {{.Size}}

    """
  }

  private static let headers = [
    "Repository": "REPOSITORY", "Tag": "TAG", "Digest": "DIGEST", "ID": "IMAGE ID", "CreatedSince": "CREATED",
    "CreatedAt": "CREATED AT", "Size": "SIZE", "VirtualSize": "SIZE", "SharedSize": "SHARED SIZE",
    "UniqueSize": "UNIQUE SIZE", "Containers": "CONTAINERS",
  ]

  /// - Parameter countsUses: as `system df` does.
  static func fields(
    isWhole: Bool, countsUses: Bool = false, now: Int64
  ) -> RowFields<GantryEngineV1.ImageSummary> {
    @Sendable func named(_ name: String) -> String { name.isEmpty ? "<none>" : name }
    @Sendable func counted(_ text: String) -> String { countsUses ? text : "N/A" }
    return RowFields([
      ("Containers", { counted(String($0.containers)) }),
      ("CreatedAt", { Moment(seconds: $0.createdUnix).localText }),
      ("CreatedSince", { HumanDuration.ago($0.createdUnix, now: now) }),
      ("Digest", { countsUses ? "" : named($0.digest) }), ("ID", { isWhole ? $0.id : Truncation.id($0.id) }),
      ("Repository", { named($0.repository) }),
      ("SharedSize", { counted(HumanSize.decimal(Double($0.sharedSize))) }),
      ("Size", { HumanSize.decimal(Double($0.size), precision: 3) }), ("Tag", { named($0.tag) }),
      ("UniqueSize", { counted(HumanSize.decimal(Double($0.size - $0.sharedSize))) }),
      ("VirtualSize", { HumanSize.decimal(Double($0.size)) }),
    ])
  }
}
