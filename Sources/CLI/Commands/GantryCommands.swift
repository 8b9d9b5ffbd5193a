/// All commands of `gantry`.
package enum GantryCommands {
  package static let tree = CommandTree(
    program: "gantry", summary: "A container engine that leaves its containers alone",
    options: [
      .flag("debug", "D", "Enable debug mode"),
      .list("host", "H", "list", "Daemon socket to connect to", default: "\"\(EngineAddress.standard)\""),
      .value(
        "log-level", "l", "string", "Set the logging level (\"debug\", \"info\", \"warn\", \"error\", \"fatal\")",
        default: "\"info\""),
      .flag("version", "v", "Print version information and quit"),
    ],
    commands: common + management + plain)

  private static let common: [Command] = [
    RunCommand.command.named("run", section: .common), ExecCommand.command.named("exec", section: .common),
    ListContainersCommand.command.named("ps", section: .common),
    PullCommand.command.named("pull", section: .common), PushCommand.command.named("push", section: .common),
    ListImagesCommand.command.named("images", section: .common),
    LoginCommand.login.named("login", section: .common), LoginCommand.logout.named("logout", section: .common),
    SearchCommand.command.named("search", section: .common), VersionCommand.command,
    InfoCommand.command.named("info", section: .common),
  ]

  private static let management: [Command] = [
    Command(
      "container", "Manage containers",
      [
        AttachCommand.command, TreeCommands.commit, CreateCommand.command, TreeCommands.diff, ExecCommand.command,
        TreeCommands.export, InspectCommand.container, ContainerActions.kill, LogsCommand.command,
        ListContainersCommand.command, ContainerActions.pause,
        ContainerActions.rename, ContainerActions.restart, ContainerActions.remove, RunCommand.command,
        StartCommand.command, StatsCommand.command, ContainerActions.stop, TopCommand.command,
        ContainerActions.unpause, ContainerActions.wait,
      ]),
    ContentCommands.group,
    Command(
      "image", "Manage images",
      [
        HistoryCommand.command, ImportCommand.command, InspectCommand.image, ImportCommand.load,
        ListImagesCommand.command, PruneImagesCommand.command, PullCommand.command, PushCommand.command,
        ImageCommands.remove, SaveCommand.command, ImageCommands.tag, UnpackCommand.command,
      ]),
    LeaseCommands.group, PluginCommands.group, ShimCommands.group, SnapshotCommands.group,
    Command("system", "Manage Gantry", [DiskUsageCommand.command, EventsCommand.command, InfoCommand.command]),
    TaskCommands.group,
  ]

  private static let plain: [Command] = [
    AttachCommand.command, TreeCommands.commit, CreateCommand.command, TreeCommands.diff, EventsCommand.command,
    TreeCommands.export, GarbageCommand.command, HistoryCommand.command, ImportCommand.command, InspectCommand.any,
    ContainerActions.kill, ImportCommand.load, LogsCommand.command, SaveCommand.command, ContainerActions.pause,
    ContainerActions.rename,
    ContainerActions.restart, ContainerActions.remove.named("rm"), ImageCommands.remove.named("rmi"),
    StartCommand.command, StatsCommand.command, ContainerActions.stop, ImageCommands.tag, TopCommand.command,
    ContainerActions.unpause, ContainerActions.wait,
  ]
}
