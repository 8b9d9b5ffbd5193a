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

  /// Writes down what another shim would need to go on with a process.
  func noteForRecovery(_ container: Container, _ process: ContainerProcess) {
    guard let settings = container.kept, let startTime = ProcessTable.startTime(of: process.pid) else { return }
    let isFirst = process === container.process
    let record = RecoveryRecord(
      id: isFirst ? container.id : process.execID, pid: process.pid, startTime: startTime,
      startedAtInNanoseconds: process.startedAt?.nanosecondsSinceEpoch ?? 0, terminal: process.streams.terminal,
      inputOnce: isFirst ? settings.inputOnce : true, log: isFirst ? settings.log : nil,
      pipes: process.io?.pipeInodes ?? [0, 0, 0])
    do throws(GantryError) {
      try container.bundle.write(
        record.serialized(),
        to: isFirst ? RecoveryRecord.fileName : RecoveryRecord.fileName(ofExec: process.execID))
    } catch {
      ShimLog.warning("process \(record.id) could not be taken over by another shim: \(error)")
    }
  }

  /// Takes over the container of a bundle whose shim was killed: as running where it runs, else as ended.
  ///
  /// What it wrote meanwhile waits in its pipes and its terminal. Where nobody kept them, a terminal died with its shim,
  /// and the pipes are looked for in the processes that hold them.
  ///
  /// - Throws: `GantryError` where the bundle cannot be read.
  func recover(id: String, bundle: ShimBundle, inherited: InheritedDescriptors) throws(GantryError) {
    var inherited = inherited
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
    let process = ContainerProcess(
      execID: "", streams: .init(terminal: record?.terminal ?? false),
      state: .stopped(ProcessExit(pid: record?.pid ?? 0, status: Self.unknownStatus, time: .now())))
    let container = Container(
      id: id, bundle: bundle, specification: specification, rootfs: [], options: .init(),
      cgroup: cgroup, process: process,
      kept: .init(log: record?.log, inputOnce: record?.inputOnce ?? false), log: log, networkNamespace: nil)
    container.isPaused = cgroup?.isFrozen ?? false
    add(container)
    if let exit = bundle.exitRecord {
      process.startedAt = record.map { .init(nanosecondsSinceEpoch: $0.startedAtInNanoseconds) }
      process.stop(
        ProcessExit(
          pid: Int32(exit.pid), status: exit.exitStatus, time: exit.exitedAt ?? .now(), oomKilled: exit.oomKilled))
    } else if let record, try adopt(container, process, record, &inherited) {
      container.memoryWatch = try? container.cgroup?.watchOutOfMemory()
      followMemory(container)
      recoverExecs(container, &inherited)
    } else {
      record.map { ShimLog.warning("process \($0.pid) ended while it had no shim: its exit status is not known") }
      try? cgroup?.signalAll(SIGKILL)
      self.record(container, ProcessExit(pid: record?.pid ?? 0, status: Self.unknownStatus, time: .now()))
    }
  }

  /// Further processes go on, too. One that ended and that nobody can tell the end of is forgotten.
  private func recoverExecs(_ container: Container, _ inherited: inout InheritedDescriptors) {
    for name in container.bundle.names where RecoveryRecord.isOfExec(name) {
      do throws(GantryError) {
        let record = try RecoveryRecord(parsing: container.bundle.read(name) ?? [])
        let process = ContainerProcess(
          execID: record.id, streams: .init(terminal: record.terminal),
          state: .stopped(ProcessExit(pid: record.pid, status: Self.unknownStatus, time: .now())))
        container.execs[record.id] = process
        if try !adopt(container, process, record, &inherited) {
          ShimLog.warning("process \(record.pid) ended while it had no shim: its exit status is not known")
        }
      } catch {
        ShimLog.warning("\(name) of container \(container.id): \(error)")
      }
    }
  }

  /// Takes over one process, whether it still runs or its end can be learned.
  ///
  /// - Returns: false where it has ended, and nobody can tell how.
  private func adopt(
    _ container: Container, _ process: ContainerProcess, _ record: RecoveryRecord,
    _ inherited: inout InheritedDescriptors
  ) throws(GantryError) -> Bool {
    let execID = process.execID
    process.startedAt = .init(nanosecondsSinceEpoch: record.startedAtInNanoseconds)
    let kept = inherited.take("process", of: execID)
    guard let pidfd = kept ?? ProcessTable.open(record.pid, startTime: record.startTime) else { return false }
    process.state = .running(pid: record.pid, pidfd: pidfd, since: process.startedAt ?? .now())
    let pids = [record.pid] + ((try? container.cgroup?.processes()) ?? [])
    func pipe(_ kind: String, _ place: Int, _ flags: Int32) -> FileDescriptor? {
      inherited.take(kind, of: execID) ?? ProcessTable.openPipe(inode: record.pipes[place], of: pids, flags)
    }
    let terminal = inherited.take("terminal", of: execID)
    var parts = ProcessIO.Parts()
    parts.hasTerminal = terminal != nil
    parts.spillDirectory = container.log?.directory ?? container.bundle.directory
    parts.inputOnce = record.inputOnce
    if terminal == nil {
      // Whoever wrote to input that ends with its first writer has it still.
      parts.input = record.inputOnce && !execID.isEmpty ? nil : pipe("stdin", 0, O_WRONLY)
      parts.outputSource = pipe("stdout", 1, O_RDONLY | O_NONBLOCK)
      parts.errorSource = pipe("stderr", 2, O_RDONLY | O_NONBLOCK)
    }
    if let log = container.log, process === container.process {
      parts.outputSinks = [LogSink(writer: log, stream: .stdout)]
      parts.errorSinks = [LogSink(writer: log, stream: .stderr)]
    }
    let streams = ProcessIO(context: io, parts: parts)
    try streams.launched(terminal: terminal)
    process.io = streams
    try loop.add(pidfd, .readable) { [weak self] _ in
      guard let self else { return }
      loop.remove(pidfd)
      learnStatus(
        container, process, pidfd, startTime: record.startTime,
        until: MonotonicTime.now.advanced(by: Self.reapingTime))
    }
    return true
  }

  /// Before its new parent reaps it, /proc tells how a process ended; afterwards the kernel does, from Linux 6.15 on.
  private func learnStatus(
    _ container: Container, _ process: ContainerProcess, _ pidfd: FileDescriptor, startTime: Int64,
    until deadline: MonotonicTime
  ) {
    if let status = ProcessTable.waitStatus(ofEnded: process.pid, startTime: startTime) {
      return processEnded(container, process, ChildReaper.exitStatus(status))
    }
    var status: Int32 = 0
    switch gantry_pidfd_exit_status(pidfd.number, &status) {
    case 1: processEnded(container, process, ChildReaper.exitStatus(status))
    case 0 where MonotonicTime.now < deadline:
      loop.addTimer(after: .milliseconds(2)) { [self] in
        learnStatus(container, process, pidfd, startTime: startTime, until: deadline)
      }
    default:
      ShimLog.warning("exit status of process \(process.pid) is not known: its first shim was killed")
      processEnded(container, process, Self.unknownStatus)
    }
  }
}
