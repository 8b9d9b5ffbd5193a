import CLinux
import Errors
import Glibc
import Linux

/// A logger that containerd's client asked for (`binary://`): it reads standard output as descriptor 3, standard
/// error as 4, and closes 5 when it is ready.
final class LoggerProcess {
  private static let readyTimeoutInMilliseconds: Int32 = 10_000
  private static let patience = Duration.seconds(12)

  private let reaper: ChildReaper
  private let context: IOContext
  private let pid: pid_t
  private var isRunning = true

  /// Starts the logger and waits until it is ready.
  ///
  /// - Throws: `GantryError` where it cannot be started; `.deadlineExceeded` where it is not ready in time.
  init(
    path: String, arguments: [String], id: String, context: IOContext, output: FileDescriptor, error: FileDescriptor
  ) throws(GantryError) {
    self.context = context
    reaper = context.reaper
    let readyEnd: FileDescriptor
    (pid, readyEnd) = try Self.launch(
      ProgramLaunch(
        path: path, arguments: [path] + arguments,
        environment: ["CONTAINER_ID=\(id)", "CONTAINER_NAMESPACE=\(context.namespace)"],
        descriptors: [3: output, 4: error]))
    reaper.watch(pid) { [weak self] _ in self?.isRunning = false }
    do throws(GantryError) {
      try Self.waitUntilReady(readyEnd, path: path)
    } catch {
      _ = kill(pid, SIGKILL)
      throw error
    }
  }

  /// Our copy of descriptor 5 is closed when this returns: its end comes when the logger closes its own.
  private static func launch(_ program: ProgramLaunch) throws(GantryError) -> (pid_t, FileDescriptor) {
    let (readyEnd, signalEnd) = try FileDescriptor.pipe()
    var program = program
    program.descriptors[5] = signalEnd
    return (try program.spawn(), readyEnd)
  }

  private static func waitUntilReady(_ readyEnd: FileDescriptor, path: String) throws(GantryError) {
    var event = pollfd(fd: readyEnd.number, events: Int16(POLLIN), revents: 0)
    let count = try retryingOnInterrupt("poll") { poll(&event, 1, readyTimeoutInMilliseconds) }
    guard count > 0 else {
      throw GantryError(.deadlineExceeded, "logger \(path) did not close descriptor 5 to say that it is ready")
    }
  }

  /// Asks the logger to end, and makes it end when it does not.
  func stop() {
    guard isRunning else { return }
    _ = kill(pid, SIGTERM)
    // Held until then, so that the pid is known to be still ours.
    context.loop.addTimer(after: Self.patience) { [self] in
      if isRunning { _ = kill(pid, SIGKILL) }
    }
  }
}
