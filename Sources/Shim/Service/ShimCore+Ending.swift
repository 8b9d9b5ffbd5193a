import CLinux
import Cgroups
import Errors
import Glibc
import Linux
import Messages

extension ShimCore {
  /// A process has been reaped.
  func processEnded(_ container: Container, _ process: ContainerProcess, _ status: UInt32) {
    // Told before the exit that it explains.
    checkMemory(container)
    let exit = ProcessExit(pid: process.pid, status: status, time: .now())
    if process === container.process {
      if !container.hasOwnProcessNamespace { try? container.cgroup?.signalAll(SIGKILL) }
      record(container, exit)
    } else {
      process.stop(exit)
    }
    events.publish(
      "/tasks/exit",
      ContainerdEvents.TaskExit(
        containerId: container.id, id: process.execID.isEmpty ? container.id : process.execID,
        pid: UInt32(exit.pid), exitStatus: exit.status, exitedAt: exit.time))
  }

  /// Writes the exit of the first process down, then answers those who wait for it.
  func record(_ container: Container, _ exit: ProcessExit) {
    var exit = exit
    exit.oomKilled = container.wasOutOfMemory || (container.cgroup?.outOfMemoryKills ?? 0) > 0
    do throws(GantryError) {
      try container.bundle.write(
        GantryShimV1.ExitRecord(
          id: container.id, pid: UInt32(exit.pid), exitStatus: exit.status, exitedAt: exit.time,
          oomKilled: exit.oomKilled))
    } catch {
      ShimLog.error("exit of container \(container.id) cannot be recorded: \(error)")
    }
    container.isPaused = false
    container.process.stop(exit)
    // Behind the answer that tells of the exit.
    loop.defer { container.mountNamespace = nil }
  }

  /// Forgets a process that has ended, or was never made, and for the first one the container with it.
  ///
  /// `completion` runs when its last output has reached containerd's client, at most two seconds later.
  ///
  /// - Throws: where it runs.
  func delete(
    _ container: Container, _ process: ContainerProcess, completion: @escaping (ProcessExit) -> Void
  ) throws(GantryError) {
    switch process.state {
    case .running: throw GantryError(.unknown, "cannot delete a running process")
    case .registered:
      container.execs[process.execID] = nil
      process.io?.close()
      return completion(ProcessExit(pid: 0, status: 0, time: .zeroTime))
    case .created(let launched):
      reaper.forget(launched.pid)
      launched.abandon()
      processEnded(container, process, 128 + UInt32(SIGKILL))
    case .stopped: break
    }
    guard let exit = process.exit else { return }
    process.io?.takeRemainingOutput()
    finishDeletion(container, process, exit, until: MonotonicTime.now.advanced(by: .seconds(2)), completion)
  }

  private func finishDeletion(
    _ container: Container, _ process: ContainerProcess, _ exit: ProcessExit, until deadline: MonotonicTime,
    _ completion: @escaping (ProcessExit) -> Void
  ) {
    if let io = process.io, !io.isDrained, MonotonicTime.now < deadline {
      loop.addTimer(after: .milliseconds(10)) { [self] in
        finishDeletion(container, process, exit, until: deadline, completion)
      }
      return
    }
    process.io?.close()
    if process === container.process {
      dispose(container, exit)
    } else {
      container.execs[process.execID] = nil
      container.bundle.remove(
        container.kept != nil ? RecoveryRecord.fileName(ofExec: process.execID) : "\(process.execID).pid")
    }
    completion(exit)
  }

  private func dispose(_ container: Container, _ exit: ProcessExit) {
    guard containers[container.id] === container else { return }
    container.mountNamespace = nil
    // The last one to close a file that was removed meanwhile waits for the disk; the answer does not.
    loop.defer { withExtendedLifetime(container) {} }
    for exec in container.execs.values { exec.io?.close() }
    do throws(GantryError) {
      try container.cgroup?.killAll(timeout: .seconds(5))
      reaper.reap()
      try container.cgroup?.delete(timeout: .seconds(5))
    } catch {
      ShimLog.warning("cgroup of container \(container.id) is left behind: \(error)")
    }
    remove(container)
    run(container.specification.hooks?.poststop, of: container, status: "stopped")
    events.publish(
      "/tasks/delete",
      ContainerdEvents.TaskDelete(
        containerId: container.id, pid: UInt32(exit.pid), exitStatus: exit.status, exitedAt: exit.time))
  }

  /// Sends a signal to a process, or to all of the container.
  ///
  /// - Throws: `.notFound` where it has ended.
  func signal(_ container: Container, _ process: ContainerProcess, _ number: Int32, all: Bool) throws(GantryError) {
    if all, process === container.process, let cgroup = container.cgroup {
      try cgroup.signalAll(number)
      return
    }
    switch process.state {
    case .registered:
      throw GantryError(.failedPrecondition, "process \(process.execID) has not been started: failed precondition")
    case .stopped: throw Self.finished
    case .created, .running: break
    }
    guard let pidfd = process.pidfd else { throw Self.finished }
    do throws(GantryError) {
      try retryingOnInterrupt("pidfd_send_signal") { gantry_pidfd_send_signal(pidfd.number, number) }
    } catch {
      throw error.errno == ESRCH ? Self.finished : error
    }
    // Under cgroup v1 a frozen process takes even SIGKILL only when it thaws.
    if number == SIGKILL, container.isPaused, container.cgroup?.layout.kind != .v2 {
      try? container.cgroup?.thaw()
      container.isPaused = false
    }
  }

  private static var finished: GantryError { GantryError(.notFound, "process already finished: not found") }
}
