import Cgroups
import Errors
import Glibc
import LoopServices
import LoopWire
import Messages
import RuntimeSpec
import Wire

/// `containerd.task.v2.Task`, as runc's shim behaves: same answers, codes and texts.
final class TaskService: ContainerdTaskV2.TaskLoopService {
  let core: ShimCore

  init(core: ShimCore) { self.core = core }

  func create(
    _ request: ContainerdTaskV2.CreateTaskRequest, call: LoopCall<ContainerdTaskV2.CreateTaskResponse>
  ) {
    call.answer { () throws(GantryError) in
      let creation = CreationRequest(
        task: request, streams: .client(input: request.stdin, output: request.stdout, error: request.stderr))
      do throws(GantryError) {
        return .init(pid: UInt32(try core.create(creation).process.pid))
      } catch {
        throw Self.runtimeError(error, "create failed: unable to start container process")
      }
    }
  }

  func start(_ request: ContainerdTaskV2.StartRequest, call: LoopCall<ContainerdTaskV2.StartResponse>) {
    call.answer { () throws(GantryError) in
      let container = try core.container(request.id)
      let process = try container.process(request.execId)
      if process.exit != nil || { if case .running = process.state { true } else { false } }() {
        return .init(pid: UInt32(try core.start(container, process)))
      }
      do throws(GantryError) {
        return .init(pid: UInt32(try core.start(container, process)))
      } catch {
        throw Self.runtimeError(
          error,
          request.execId.isEmpty
            ? "start failed: unable to start container process"
            : "exec failed: exec failed: unable to start container process")
      }
    }
  }

  func delete(_ request: ContainerdTaskV2.DeleteRequest, call: LoopCall<ContainerdTaskV2.DeleteResponse>) {
    do throws(GantryError) {
      let container = try core.container(request.id)
      try core.delete(container, container.process(request.execId)) { exit in
        call.reply(.init(pid: UInt32(exit.pid), exitStatus: exit.status, exitedAt: exit.time))
      }
    } catch {
      call.fail(error)
    }
  }

  func exec(_ request: ContainerdTaskV2.ExecProcessRequest, call: LoopCall<GoogleProtobuf.Empty>) {
    call.answer { () throws(GantryError) in
      let container = try core.container(request.id)
      let specification = try ProcessSpec(parsing: request.spec?.value ?? [])
      _ = try core.register(
        container, execID: request.execId, specification: specification,
        streams: .init(
          stdin: request.stdin, stdout: request.stdout, stderr: request.stderr, terminal: request.terminal))
      core.events.publish(
        "/tasks/exec-added", ContainerdEvents.TaskExecAdded(containerId: container.id, execId: request.execId))
      return .init()
    }
  }

  func kill(_ request: ContainerdTaskV2.KillRequest, call: LoopCall<GoogleProtobuf.Empty>) {
    call.answer { () throws(GantryError) in
      let container = try core.container(request.id)
      try core.signal(
        container, container.process(request.execId), Int32(truncatingIfNeeded: request.signal), all: request.all)
      return .init()
    }
  }

  func wait(_ request: ContainerdTaskV2.WaitRequest, call: LoopCall<ContainerdTaskV2.WaitResponse>) {
    do throws(GantryError) {
      let process = try core.container(request.id).process(request.execId)
      process.whenStopped { exit in call.reply(.init(exitStatus: exit.status, exitedAt: exit.time)) }
    } catch {
      call.fail(error)
    }
  }

  func connect(_ request: ContainerdTaskV2.ConnectRequest, call: LoopCall<ContainerdTaskV2.ConnectResponse>) {
    let pid = core.containers[request.id]?.process.pid ?? 0
    call.reply(.init(shimPid: UInt32(getpid()), taskPid: UInt32(pid)))
  }

  func shutdown(_ request: ContainerdTaskV2.ShutdownRequest, call: LoopCall<GoogleProtobuf.Empty>) {
    call.reply(.init())
    core.shutdownIfEmpty()
  }

  func checkpoint(_ request: ContainerdTaskV2.CheckpointTaskRequest, call: LoopCall<GoogleProtobuf.Empty>) {
    call.fail(
      GantryError(.unimplemented, "container \(request.id) cannot be checkpointed: this shim does not use CRIU"))
  }

  /// What runc's shim makes of a failure to run something; containerd's clients show it as it is.
  private static func runtimeError(_ error: GantryError, _ what: String) -> GantryError {
    switch error.code {
    case .alreadyExists, .invalidArgument, .unimplemented: error
    default: GantryError(.unknown, "OCI runtime \(what): \(error.message): unknown", cause: .error(error))
    }
  }
}
