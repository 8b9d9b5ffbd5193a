import AsyncServices
import JSON
import Messages

/// `gantry shim ...`: the shims, each asked itself.
package enum ShimCommands {
  package static let group = Command("shim", "Manage shims", [list, state])

  private static let list = Command(
    "ls", otherNames: ["list"], "[OPTIONS]", "List shims", spellings: ["shim ls", "shim list"], arguments: .none,
    options: { [.flag("no-trunc", "", "Don't truncate output"), .flag("quiet", "q", "Print only process ids")] }
  ) { invocation, session in
    let tasks = try await TaskDirectory.all(session)
    if invocation.flag("quiet") {
      try session.console.print(tasks.map { "\($0.shimPid)\n" }.joined())
      return 0
    }
    let isWhole = invocation.flag("no-trunc")
    var table = Table()
    table.add(["CONTAINER ID", "SHIM PID", "TASK PID", "STATUS", "SHIM", "BUNDLE"])
    for task in tasks {
      let id = isWhole ? task.containerId : Truncation.id(task.containerId)
      table.add([id, String(task.shimPid), String(task.pid), task.status, task.shimPath, task.bundle])
    }
    try session.console.print(table.text)
    return 0
  }

  private static let state = Command(
    "state", "CONTAINER", "Get the state of all the processes of the task, as its shim has it", arguments: .exactly(1)
  ) { invocation, session in
    let (task, status) = try await TaskDirectory.withShim(of: invocation.arguments[0], session) { task, client in
      (task, try await GantryShimV1.ShimClient(client).status(.init()))
    }
    let processes = status.processes.map { process -> JSONValue in
      [
        "id": .string(process.id), "execId": .string(process.execId), "state": .string(process.state),
        "pid": .integer(Int64(process.pid)), "exitStatus": .integer(Int64(process.exitStatus)),
        "startedAt": moment(process.startedAt), "exitedAt": moment(process.exitedAt),
        "oomKilled": .bool(process.oomKilled),
      ]
    }
    let document: JSONValue = [
      "containerId": .string(task.containerId), "shimPid": .integer(Int64(status.shimPid)),
      "version": .string(status.version), "shim": .string(task.shimPath), "bundle": .string(task.bundle),
      "socket": .string(task.socket), "processes": .array(processes),
    ]
    try session.console.print(document.text(indentation: "    ") + "\n")
    return 0
  }

  private static func moment(_ timestamp: GoogleProtobuf.Timestamp?) -> JSONValue {
    guard let timestamp, !timestamp.isZero else { return nil }
    return .string(Moment(seconds: timestamp.seconds, nanoseconds: Int64(timestamp.nanos)).rfc3339)
  }
}
