import AsyncServices
import Linux
import Messages

/// `gantry task ...`: the processes behind containers, asked of their shims.
package enum TaskCommands {
  package static let group = Command("task", "Manage tasks", [kill, list, metrics, pause, processes, resume])

  private static let list = Command(
    "ls", otherNames: ["list"], "[OPTIONS]", "List tasks", spellings: ["task ls", "task list"], arguments: .none,
    options: { [.flag("quiet", "q", "Print only the task id")] }
  ) { invocation, session in
    let tasks = try await TaskDirectory.all(session)
    if invocation.flag("quiet") {
      try session.console.print(tasks.map { $0.containerId + "\n" }.joined())
      return 0
    }
    var table = Table()
    table.add(["TASK", "PID", "STATUS"])
    for task in tasks { table.add([task.containerId, String(task.pid), task.status]) }
    try session.console.print(table.text)
    return 0
  }

  private static let processes = Command(
    "ps", "CONTAINER", "List processes for container", arguments: .exactly(1)
  ) { invocation, session in
    let answer = try await TaskDirectory.withShim(of: invocation.arguments[0], session) { task, client in
      try await ContainerdTaskV2.TaskClient(client).pids(.init(id: task.containerId))
    }
    var table = Table()
    table.add(["PID", "INFO"])
    for process in answer.processes { table.add([String(process.pid), process.info?.typeUrl ?? "-"]) }
    try session.console.print(table.text)
    return 0
  }

  private static let kill = Command(
    "kill", "[OPTIONS] CONTAINER", "Signal a container", arguments: .exactly(1),
    options: {
      [
        .flag("all", "a", "Send signal to all processes inside the container"),
        .value("exec-id", "", "string", "Process id of an exec"),
        .value("signal", "s", "string", "Signal to send, by name or number", default: "SIGTERM"),
      ]
    }
  ) { invocation, session in
    let signal = try SignalNumber.of(invocation.string("signal") ?? "SIGTERM")
    let (all, exec) = (invocation.flag("all"), invocation.string("exec-id") ?? "")
    _ = try await TaskDirectory.withShim(of: invocation.arguments[0], session) { task, client in
      try await ContainerdTaskV2.TaskClient(client).kill(
        .init(id: task.containerId, execId: exec, signal: signal, all: all))
    }
    return 0
  }

  private static let pause = Command(
    "pause", "CONTAINER", "Pause an existing container", arguments: .exactly(1)
  ) { invocation, session in
    // Through the engine, which must know of it.
    let name = invocation.arguments[0]
    _ = try await session.containers { try await $0.pause(.init(container: name)) }
    return 0
  }

  private static let resume = Command(
    "resume", "CONTAINER", "Resume a paused container", arguments: .exactly(1)
  ) { invocation, session in
    let name = invocation.arguments[0]
    _ = try await session.containers { try await $0.unpause(.init(container: name)) }
    return 0
  }

  private static let metrics = Command(
    "metrics", otherNames: ["metric"], "CONTAINER", "Get a single data point of metrics for a task",
    spellings: ["task metrics", "task metric"], arguments: .exactly(1)
  ) { invocation, session in
    let (id, stats) = try await TaskDirectory.withShim(of: invocation.arguments[0], session) { task, client in
      (task.containerId, try await ContainerdTaskV2.TaskClient(client).stats(.init(id: task.containerId)).stats)
    }
    var table = Table()
    table.add(["ID", "TIMESTAMP"])
    table.add([id, Moment.now.rfc3339])
    var figures = Table()
    figures.add(["METRIC", "VALUE"])
    for (name, value) in try TaskMetrics.figures(stats) { figures.add([name, String(value)]) }
    try session.console.print(table.text + "\n" + figures.text)
    return 0
  }
}
