import JSON
import Messages

/// `gantry history`.
package enum HistoryCommand {
  private static let width = 45

  package static let command = Command(
    "history", "[OPTIONS] IMAGE", "Show the history of an image", spellings: ["image history", "history"],
    arguments: .exactly(1),
    options: {
      [
        FormatHelp.tableOption,
        .flag("human", "H", "Print sizes and dates in human readable format", on: true),
        .flag("no-trunc", "", "Don't truncate output"), .flag("quiet", "q", "Only show image IDs"),
      ]
    }
  ) { invocation, session in
    let format = try RowFormat(invocation.string("format") ?? "")
    let name = invocation.arguments[0]
    let entries = try await session.imageStore { try await $0.history(.init(name: name)).entries }
    let isWhole = invocation.flag("no-trunc")
    let isHuman = invocation.flag("human", otherwise: true)
    if invocation.flag("quiet"), format.isTable {
      try session.console.print(entries.map { (isWhole ? $0.id : Truncation.id($0.id)) + "\n" }.joined())
      return 0
    }
    let now = Moment.now.seconds
    try session.console.print(
      try format.text(
        entries.map { row($0, isWhole: isWhole, isHuman: isHuman, now: now) },
        columns: ["ID", isHuman ? "CreatedSince" : "CreatedAt", "CreatedBy", "Size", "Comment"],
        headers: [
          "ID": "IMAGE", "CreatedSince": "CREATED", "CreatedAt": "CREATED AT", "CreatedBy": "CREATED BY",
          "Size": "SIZE", "Comment": "COMMENT",
        ], typeName: "*image.historyContext"))
    return 0
  }

  private static func row(
    _ entry: GantryEngineV1.ImageHistoryEntry, isWhole: Bool, isHuman: Bool, now: Int64
  ) -> FormatRow {
    let created = Moment(seconds: entry.createdUnix).localSeconds
    // Builders that leave the time out write 1970.
    let age = entry.createdUnix <= 0 ? "N/A" : HumanDuration.ago(entry.createdUnix, now: now)
    let command = String(entry.createdBy.map { $0 == "\t" ? " " : $0 })
    return FormatRow([
      ("Comment", entry.comment), ("CreatedAt", created),
      ("CreatedBy", isWhole ? command : Truncation.ellipsis(command, width)),
      ("CreatedSince", isHuman ? age : created),
      ("ID", isWhole ? entry.id : Truncation.id(entry.id)),
      ("Size", isHuman ? HumanSize.decimal(Double(entry.size), precision: 3) : String(entry.size)),
    ])
  }
}
