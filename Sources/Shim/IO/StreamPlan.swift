import ContainerLog
import Linux
import Messages

/// How the standard streams of a process are to be kept.
enum StreamPlan {
  /// containerd's: a client made fifos, or names a file or a logger.
  case client(input: String, output: String, error: String)
  /// The supervisor's: the shim keeps them, writes the log, and lets people attach.
  ///
  /// - Parameters:
  ///   - log: nil records nothing.
  ///   - openInput: whether standard input stays open for someone to attach; else it is /dev/null.
  ///   - inputOnce: whether it ends with the first writer.
  ///   - input: what the process reads, where its only writer has brought it.
  case kept(log: LogWriter?, openInput: Bool, inputOnce: Bool, input: FileDescriptor?)
}
