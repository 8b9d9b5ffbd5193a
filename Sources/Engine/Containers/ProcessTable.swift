import Errors
import Messages

/// What ps(1) printed, cut down to a container's processes as Docker's `top` does.
package enum ProcessTable {
  /// - Parameters:
  ///   - output: all that ps printed.
  ///   - pids: the container's processes, as the host numbers them.
  /// - Throws: `.invalidArgument` where there is no PID column to go by.
  package static func parse(_ output: String, pids: Set<UInt32>) throws(GantryError) -> GantryEngineV1.TopResponse {
    let lines = output.split(separator: "\n").map { $0.split(whereSeparator: \.isWhitespace).map(String.init) }
    guard let titles = lines.first, let column = titles.firstIndex(of: "PID") else {
      throw GantryError(.invalidArgument, "Couldn't find PID field in ps output")
    }
    var processes: [GantryEngineV1.TopProcess] = []
    for fields in lines.dropFirst() {
      guard column < fields.count, let pid = UInt32(fields[column]), pids.contains(pid) else { continue }
      processes.append(.init(columns: joined(fields, columns: titles.count)))
    }
    return .init(titles: titles, processes: processes)
  }

  // The last column is the command, which has blanks of its own.
  private static func joined(_ fields: [String], columns: Int) -> [String] {
    guard fields.count > columns, columns > 0 else { return fields }
    return Array(fields[..<(columns - 1)]) + [fields[(columns - 1)...].joined(separator: " ")]
  }
}
