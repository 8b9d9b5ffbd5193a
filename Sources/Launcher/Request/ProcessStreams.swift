import Linux

/// What a process reads from and writes to.
public enum ProcessStreams: Sendable {
  /// Descriptors of the caller, who keeps its own references to them.
  case descriptors(input: FileDescriptor, output: FileDescriptor, error: FileDescriptor)

  /// A new terminal of the container's own devpts, so that `tty` knows its name in there. Its size is
  /// `process.consoleSize`; its master comes back as `LaunchedProcess.terminal`.
  case terminal
}
