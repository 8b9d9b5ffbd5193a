import Launcher
import Linux
import Messages
import RuntimeSpec

/// Where a process is in its life; each state carries what exists in it.
enum ProcessState {
  /// A further process of a container that has been announced and not made.
  case registered(ProcessSpec)
  /// Made, and waiting to execute its command.
  case created(LaunchedProcess)
  case running(pid: Int32, pidfd: FileDescriptor, since: GoogleProtobuf.Timestamp)
  case stopped(ProcessExit)
}
