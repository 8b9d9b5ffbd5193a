import JSON
import Messages
import References

/// `gantry search`.
package enum SearchCommand {
  package static let command = Command(
    "search", "[OPTIONS] TERM", "Search Docker Hub for images", arguments: .exactly(1),
    options: {
      [
        FormatHelp.filterOption, .value("format", "", "string", "Pretty-print search using a Go template"),
        .integer("limit", "", "Max number of search results", default: "25"),
        .flag("no-trunc", "", "Don't truncate output"),
        Option.integer("stars", "s", "Only displays with at least x stars").hidden,
        Option.flag("automated", "", "Only show automated builds").hidden,
      ]
    }
  ) { invocation, session in
    let format = try RowFormat(invocation.string("format") ?? "")
    var filters = invocation.filters
    if let stars = invocation.integer("stars") { filters.append("stars=\(stars)") }
    if invocation.flag("automated") { filters.append("is-automated=true") }
    let limit = invocation.integer("limit") ?? 25
    guard (1...100).contains(limit) else {
      throw CommandFailure.local("Error response from daemon: Limit \(limit) is outside the range of [1, 100]")
    }
    let term = invocation.arguments[0]
    let request = GantryEngineV1.SearchImagesRequest(
      term: term, limit: UInt32(limit), filters: filters,
      credentials: CredentialStore(session.surroundings).usableCredentials(for: SearchTerm(term).host, session.console))
    // The most liked ones first; those of one rank as the registry has them.
    let results = try await session.registries { try await $0.search(request).results }.enumerated()
      .sorted { ($1.element.stars, $0.offset) < ($0.element.stars, $1.offset) }.map(\.element)
    let isWhole = invocation.flag("no-trunc")
    try session.console.print(
      try format.text(
        results.map { row($0, isWhole: isWhole) },
        columns: ["Name", "Description", "StarCount", "IsOfficial", "IsAutomated"], headers: headers,
        typeName: "*formatter.searchContext"))
    return 0
  }

  private static let headers = [
    "Name": "NAME", "Description": "DESCRIPTION", "StarCount": "STARS", "IsOfficial": "OFFICIAL",
    "IsAutomated": "AUTOMATED",
  ]

  private static func row(_ result: GantryRegistryV1.SearchResult, isWhole: Bool) -> FormatRow {
    var text = String(result.description.map { $0 == "\n" || $0 == "\r" ? " " : $0 })
    if !isWhole, text.count > 45 { text = text.prefix(44) + "…" }
    return FormatRow(
      [
        ("Description", text), ("IsAutomated", result.automated ? "[OK]" : ""),
        ("IsOfficial", result.official ? "[OK]" : ""), ("Name", result.name), ("StarCount", String(result.stars)),
      ], json: ["IsAutomated": String(result.automated), "IsOfficial": String(result.official)])
  }
}
