import Messages

/// `gantry top`.
package enum TopCommand {
  package static let command = Command(
    "top", "CONTAINER [ps OPTIONS]", "Display the running processes of a container",
    spellings: ["container top", "top"], arguments: .atLeast(1), stopsAtArgument: true
  ) { invocation, session in
    let arguments = invocation.arguments
    let answer = try await session.containers {
      try await $0.top(.init(container: arguments[0], psArgs: Array(arguments.dropFirst())))
    }
    var table = Table(minimumWidth: 20)
    table.add(answer.titles)
    for process in answer.processes { table.add(process.columns) }
    try session.console.print(table.text)
    return 0
  }
}
