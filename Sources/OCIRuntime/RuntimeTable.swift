/// Containers as `list` prints them.
enum RuntimeTable {
  static func text(_ containers: [RuntimeContainer]) -> String {
    let header = ["ID", "PID", "STATUS", "BUNDLE", "CREATED"]
    let rows = containers.map { container in
      let status = container.status
      return [
        container.id, status == .stopped ? "0" : "\(container.pid)", status.rawValue, container.bundle,
        RuntimeTime.text(container.created),
      ]
    }
    let widths = header.indices.map { column in ([header] + rows).map { $0[column].count }.max() ?? 0 }
    return ([header] + rows).map { row in
      zip(row, widths).enumerated().map { index, cell in
        let last = index == row.count - 1
        return last ? cell.0 : cell.0 + String(repeating: " ", count: cell.1 - cell.0.count + 3)
      }.joined() + "\n"
    }.joined()
  }
}
