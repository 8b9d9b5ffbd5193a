import Errors
import Glibc
import Messages

/// `gantry plugin ...`.
package enum PluginCommands {
  package static let group = Command("plugin", "Manage plugins", [check, list, restart])

  private static let list = Command(
    "ls", otherNames: ["list"], "[OPTIONS]", "List plugins", spellings: ["plugin ls", "plugin list"],
    arguments: .none,
    options: {
      [
        FormatHelp.tableOption, .flag("no-trunc", "", "Don't truncate output"),
        .flag("quiet", "q", "Only display plugin names"),
      ]
    }
  ) { invocation, session in
    let format = try RowFormat(invocation.string("format") ?? "")
    let plugins = try await session.plugins { try await $0.list(.init()).plugins }
    if invocation.flag("quiet"), format.isTable {
      try session.console.print(plugins.map { "\($0.kind)-\($0.name)\n" }.joined())
      return 0
    }
    let isWhole = invocation.flag("no-trunc")
    let rows = plugins.map { plugin in
      FormatRow([
        ("Capabilities", plugin.capabilities.joined(separator: ",")), ("Kind", plugin.kind),
        ("LastError", isWhole ? plugin.lastError : Truncation.ellipsis(plugin.lastError, 60)), ("Name", plugin.name),
        ("Path", plugin.path), ("Pid", plugin.pid == 0 ? "" : String(plugin.pid)),
        ("Restarts", String(plugin.restarts)), ("State", plugin.state), ("Version", plugin.version),
      ])
    }
    try session.console.print(
      try format.text(
        rows, columns: ["Kind", "Name", "State", "Pid", "Restarts", "Version", "Capabilities", "LastError"],
        headers: [
          "Kind": "KIND", "Name": "NAME", "State": "STATE", "Pid": "PID", "Restarts": "RESTARTS",
          "Version": "VERSION", "Capabilities": "CAPABILITIES", "LastError": "LAST ERROR", "Path": "PATH",
        ], typeName: "*formatter.pluginContext"))
    return 0
  }

  private static let restart = Command(
    "restart", "PLUGIN [PLUGIN...]", "Restart one or more plugins; containers do not notice", arguments: .atLeast(1)
  ) { invocation, session in
    try await session.each(invocation.arguments) { name in
      _ = try await session.plugins { try await $0.restart(.init(plugin: name)) }
      return name
    }
  }

  private static let check = Command(
    "check", "[OPTIONS] PATH [ARG...]", "Run the conformance suite of its kind on a plugin's executable",
    arguments: .atLeast(1), stopsAtArgument: true
  ) { invocation, session in
    let program = LibexecProgram.path("gantry-plugin-check")
    // Its own process, for it is not small; this one becomes it.
    var words: [UnsafeMutablePointer<CChar>?] = ([program] + invocation.arguments).map { strdup($0) }
    words.append(nil)
    execv(program, words)
    let reason = GantryError.system("execv", program).naming("execute", program).message
    words.forEach { free($0) }
    throw CommandFailure.local("\(reason); the installation lacks it")
  }
}
