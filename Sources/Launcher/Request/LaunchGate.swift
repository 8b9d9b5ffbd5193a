/// What a created process waits at until it is started.
public enum LaunchGate: Sendable, Equatable {
  /// A pipe held by this process: `LaunchedProcess.start()` opens it. When this process ends, the created one does.
  case pipe

  /// Two FIFOs in this directory (made by the launcher), so that another process can start the container by
  /// `Launcher.start(gateDirectory:)`.
  case directory(String)

  /// No gate: the process runs at once. For further processes in a running container.
  case open
}
