/// Which of a process's streams a line came from. A terminal has one: stdout.
public enum LogStream: String, Sendable, Hashable, CaseIterable {
  case stdout
  case stderr
}
