import CLinux
import Cgroups
import ContainerLog
import Errors
import Glibc
import Linux
import LoopWire
import Messages

extension ShimCore {
  /// How a process that ended while nobody looked is said to have ended, as containerd does.
  private static let unknownStatus: UInt32 = 255
  /// How long its new parent may take to reap it.
  private static let reapingTime = Duration.seconds(2)

  /// Writes down what another shim would need to go on with the container.
  func noteForRecovery(_ container: Container) {
    guard let settings = container.kept, let startTime = ProcessTable.startTime(of: container.process.pid) else {
      return
    }
    let record = RecoveryRecord(
      id: container.id, pid: container.process.pid, startTime: startTime,
      startedAtInNanoseconds: container.process.startedAt?.nanosecondsSinceEpoch ?? 0,
      terminal: container.process.streams.terminal, inputOnce: settings.inputOnce, log: settings.log,
      pipes: container.process.io?.pipeInodes ?? [0, 0, 0])
    do throws(GantryError) {
      try container.bundle.write(record.serialized(), to: RecoveryRecord.fileName)
    } catch {
      ShimLog.warning("container \(container.id) could not be taken over by another shim: \(error)")
    }
  }

  /// Takes over the container of a bundle whose shim was killed: as running where it runs, else as ended.
  ///
  /// What it wrote meanwhile waits in its pipes. A terminal died with its shim. Further processes are not taken over.
  ///
  /// - Throws: `GantryError` where the bundle cannot be read.
  func recover(id: String, bundle: ShimBundle) throws(GantryError) {
    let specification = try bundle.specification()
    let record: RecoveryRecord?
    if let bytes = bundle.read(RecoveryRecord.fileName) {
      record = try RecoveryRecord(parsing: bytes)
    } else {
      record = nil
    }
    let path = CgroupPath.path(specification.linux?.cgroupsPath ?? "", namespace: namespace, id: id)
    let cgroup = try? Cgroup(path: path, layout: .detect())
    let log = try record.flatMap { $0.log }.flatMap { (log) throws(GantryError) in try KeptService.log(log) }
    let pidfd = bundle.exitRecord == nil ? record.flatMap { ProcessTable.open($0.pid, startTime: $0.startTime) } : nil
    let process = ContainerProcess(
      execID: "", streams: .init(terminal: record?.terminal ?? false),
      state: .stopped(ProcessExit(pid: record?.pid ?? 0, status: Self.unknownStatus, time: .now())))
    if let record { process.startedAt = .init(nanosecondsSinceEpoch: record.startedAtInNanoseconds) }
    let container = Container(
      id: id, bundle: bundle, specification: specification, rootfs: [], options: .init(),
      cgroup: cgroup, process: process,
      kept: .init(log: record?.log, inputOnce: record?.inputOnce ?? false), log: log, networkNamespace: nil)
    add(container)
    if let record, let pidfd {
      process.state = .running(pid: record.pid, pidfd: pidfd, since: process.startedAt ?? .now())
      try adoptRunning(container, record, pidfd)
    } else if let exit = bundle.exitRecord {
      process.stop(
        ProcessExit(
          pid: Int32(exit.pid), status: exit.exitStatus, time: exit.exitedAt ?? .now(), oomKilled: exit.oomKilled))
    } else {
      record.map { ShimLog.warning("process \($0.pid) ended while it had no shim: its exit status is not known") }
      try? cgroup?.signalAll(SIGKILL)
      self.record(container, ProcessExit(pid: record?.pid ?? 0, status: Self.unknownStatus, time: .now()))
    }
  }

  private func adoptRunning(
    _ container: Container, _ record: RecoveryRecord, _ pidfd: FileDescriptor
  ) throws(GantryError) {
    let pids = [record.pid] + ((try? container.cgroup?.processes()) ?? [])
    var parts = ProcessIO.Parts()
    parts.spillDirectory = container.log?.directory ?? container.bundle.directory
    parts.inputOnce = record.inputOnce
    parts.input = ProcessTable.openPipe(inode: record.pipes[0], of: pids, O_WRONLY)
    parts.outputSource = ProcessTable.openPipe(inode: record.pipes[1], of: pids, O_RDONLY | O_NONBLOCK)
    parts.errorSource = ProcessTable.openPipe(inode: record.pipes[2], of: pids, O_RDONLY | O_NONBLOCK)
    if let log = container.log {
      parts.outputSinks = [LogSink(writer: log, stream: .stdout)]
      parts.errorSinks = [LogSink(writer: log, stream: .stderr)]
    }
    let streams = ProcessIO(context: io, parts: parts)
    try streams.launched(terminal: nil)
    container.process.io = streams
    watchMemory(container)
    try loop.add(pidfd, .readable) { [weak self] _ in
      guard let self else { return }
      loop.remove(pidfd)
      learnStatus(container, pidfd, until: MonotonicTime.now.advanced(by: Self.reapingTime))
    }
  }

  /// The kernel tells how it ended once its parent, by now somebody else, has reaped it.
  private func learnStatus(_ container: Container, _ pidfd: FileDescriptor, until deadline: MonotonicTime) {
    var status: Int32 = 0
    switch gantry_pidfd_exit_status(pidfd.number, &status) {
    case 1: processEnded(container, container.process, ChildReaper.exitStatus(status))
    case 0 where MonotonicTime.now < deadline:
      loop.addTimer(after: .milliseconds(2)) { [self] in learnStatus(container, pidfd, until: deadline) }
    default:
      ShimLog.warning("exit status of container \(container.id) is not known: its first shim was killed")
      processEnded(container, container.process, Self.unknownStatus)
    }
  }
}
