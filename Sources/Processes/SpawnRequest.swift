import Linux

/// A program to start.
public struct SpawnRequest: Sendable {
  /// Absolute path.
  public var executable: String
  /// What the program sees as its arguments, the first one included.
  public var arguments: [String]
  /// The whole environment, "KEY=value" each.
  public var environment: [String]
  /// Descriptors it inherits and under which number; everything else is close-on-exec. Without an entry for 0 or 1 that
  /// one is /dev/null; 2 is the supervisor's own.
  public var descriptors: [(descriptor: FileDescriptor, number: Int32)]
  /// Nil is the supervisor's own.
  public var workingDirectory: String?
  /// Whether it leads a session of its own, else a process group of its own: no Ctrl-C of a terminal reaches it.
  public var leadsSession: Bool

  public init(
    executable: String, arguments: [String], environment: [String],
    descriptors: [(descriptor: FileDescriptor, number: Int32)] = [], workingDirectory: String? = nil,
    leadsSession: Bool = false
  ) {
    self.executable = executable
    self.arguments = arguments
    self.environment = environment
    self.descriptors = descriptors
    self.workingDirectory = workingDirectory
    self.leadsSession = leadsSession
  }
}
