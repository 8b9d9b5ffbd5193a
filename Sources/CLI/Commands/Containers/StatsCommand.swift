import Errors
import Messages

/// `gantry stats`.
package enum StatsCommand {
  package static let command = Command(
    "stats", "[OPTIONS] [CONTAINER...]", "Display a live stream of container(s) resource usage statistics",
    spellings: ["container stats", "stats"], arguments: .any,
    options: {
      [
        .flag("all", "a", "Show all containers (default shows just running)"), FormatHelp.tableOption,
        .flag("no-stream", "", "Disable streaming stats and only pull the first result"),
        .flag("no-trunc", "", "Do not truncate output"),
      ]
    }, run: run)

  private static func run(_ invocation: Invocation, _ session: Session) async throws -> Int32 {
    let format = try RowFormat(invocation.string("format") ?? "")
    let isLive = !invocation.flag("no-stream")
    let isWhole = invocation.flag("no-trunc")
    let request = GantryEngineV1.StatsRequest(
      containers: invocation.arguments, stream: isLive, all: invocation.flag("all"))
    let answers = try await session.containers { try await $0.stats(request) }
    do {
      for try await answer in answers {
        let rows = answer.containers.map { row($0, asked: invocation.arguments, isWhole: isWhole) }
        let text = try format.text(
          rows, columns: ["ID", "Name", "CPUPerc", "MemUsage", "MemPerc", "NetIO", "BlockIO", "PIDs"],
          headers: headers, typeName: "*formatter.statsContext")
        // From the top left on, each line is cleared behind its text and what is below the last one goes.
        let screen = "\u{1B}[H" + text.replacingNewLines(with: "\u{1B}[K\n") + "\u{1B}[J"
        try session.console.print(isLive && session.console.outputIsTerminal ? screen : text)
        if !isLive { break }
      }
    } catch let error as GantryError {
      throw CommandFailure.engine(error)
    }
    return 0
  }

  private static let headers = [
    "ID": "CONTAINER ID", "Container": "CONTAINER", "Name": "NAME", "CPUPerc": "CPU %", "MemUsage": "MEM USAGE / LIMIT",
    "MemPerc": "MEM %", "NetIO": "NET I/O", "BlockIO": "BLOCK I/O", "PIDs": "PIDS",
  ]

  /// - Parameter asked: the containers of the command line; the one that is meant shows as it was written there.
  private static func row(_ stats: GantryEngineV1.ContainerStats, asked: [String], isWhole: Bool) -> FormatRow {
    func pair(_ left: UInt64, _ right: UInt64) -> String {
      "\(HumanSize.decimal(Double(left), precision: 3)) / \(HumanSize.decimal(Double(right), precision: 3))"
    }
    let written =
      asked.first { $0 == stats.name || $0 == "/" + stats.name } ?? asked.first { stats.id.hasPrefix($0) }
    let id = isWhole ? stats.id : Truncation.id(stats.id)
    let percent = stats.memoryLimit > 0 ? Double(stats.memoryUsage) / Double(stats.memoryLimit) * 100 : 0
    let memory = "\(HumanSize.binary(Double(stats.memoryUsage))) / \(HumanSize.binary(Double(stats.memoryLimit)))"
    let isThere = !stats.absent
    return FormatRow([
      ("BlockIO", isThere ? pair(stats.blockRead, stats.blockWrite) : "--"),
      ("CPUPerc", isThere ? HumanSize.fixed(Double(stats.cpuPercentTimes100) / 100) + "%" : "--"),
      ("Container", written ?? Truncation.id(stats.id)), ("ID", id),
      ("MemPerc", isThere ? HumanSize.fixed(percent) + "%" : "--"),
      ("MemUsage", isThere ? memory : "-- / --"), ("Name", stats.name),
      ("NetIO", isThere ? pair(stats.networkRx, stats.networkTx) : "--"),
      ("PIDs", isThere ? String(stats.pids) : "--"),
    ])
  }
}

extension String {
  fileprivate func replacingNewLines(with text: String) -> String {
    split(separator: "\n", omittingEmptySubsequences: false).joined(separator: text)
  }
}
