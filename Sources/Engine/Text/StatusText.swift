extension ContainerLifecycle {
  /// The STATUS column of `ps`: "Up 5 seconds (Paused)", "Exited (0) 2 minutes ago", "Created".
  package func statusText(now: Moment) -> String {
    switch self {
    case .creating, .created: "Created"
    case .running(let run): "Up \(humanDuration(now.since(run.startedAt)))"
    case .paused(let run): "Up \(humanDuration(now.since(run.startedAt))) (Paused)"
    case .exited(let exit): "Exited (\(exit.exitCode)) \(humanDuration(now.since(exit.finishedAt))) ago"
    }
  }
}
