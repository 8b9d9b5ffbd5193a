import Cgroups
import Errors
import LoopWire
import Messages
import RuntimeSpec

extension TaskService {
  func state(_ request: ContainerdTaskV2.StateRequest, call: LoopCall<ContainerdTaskV2.StateResponse>) {
    call.answer { () throws(GantryError) in
      let container = try core.container(request.id)
      let process = try container.process(request.execId)
      return ContainerdTaskV2.StateResponse(
        id: process.execID.isEmpty ? container.id : process.execID, bundle: container.bundle.path,
        pid: UInt32(process.pid), status: Self.status(container, process), stdin: process.streams.stdin,
        stdout: process.streams.stdout, stderr: process.streams.stderr, terminal: process.streams.terminal,
        exitStatus: process.exit?.status ?? 0, exitedAt: process.exit?.time ?? .zeroTime)
    }
  }

  private static func status(_ container: Container, _ process: ContainerProcess) -> ContainerdV1Types.Status {
    switch process.state {
    case .registered, .created: .created
    case .running: container.isPaused ? .paused : .running
    case .stopped: .stopped
    }
  }

  func pids(_ request: ContainerdTaskV2.PidsRequest, call: LoopCall<ContainerdTaskV2.PidsResponse>) {
    call.answer { () throws(GantryError) in
      let container = try core.container(request.id)
      var execs: [Int32: String] = [:]
      for exec in container.execs.values where exec.pidfd != nil { execs[exec.pid] = exec.execID }
      let pids = try container.cgroup?.processes() ?? []
      return .init(
        processes: pids.map { pid in
          let info = execs[pid].map {
            GoogleProtobuf.AnyMessage(packing: ContainerdRuncV1.ProcessDetails(execId: $0))
          }
          return ContainerdV1Types.ProcessInfo(pid: UInt32(pid), info: info)
        })
    }
  }

  func stats(_ request: ContainerdTaskV2.StatsRequest, call: LoopCall<ContainerdTaskV2.StatsResponse>) {
    call.answer { () throws(GantryError) in
      let container = try core.container(request.id)
      guard let cgroup = container.cgroup else {
        throw GantryError(.notFound, "container \(container.id) has no cgroup: not found")
      }
      return .init(stats: ContainerMetrics.pack(try cgroup.statistics()))
    }
  }

  func pause(_ request: ContainerdTaskV2.PauseRequest, call: LoopCall<GoogleProtobuf.Empty>) {
    call.answer { () throws(GantryError) in
      let container = try core.container(request.id)
      guard case .running = container.process.state, !container.isPaused else {
        throw GantryError(.unknown, "cannot pause a \(Self.name(of: container)) container")
      }
      try container.cgroup?.freeze()
      container.isPaused = true
      core.events.publish("/tasks/paused", ContainerdEvents.TaskPaused(containerId: container.id))
      return .init()
    }
  }

  func resume(_ request: ContainerdTaskV2.ResumeRequest, call: LoopCall<GoogleProtobuf.Empty>) {
    call.answer { () throws(GantryError) in
      let container = try core.container(request.id)
      guard container.isPaused else {
        throw GantryError(.unknown, "cannot resume a \(Self.name(of: container)) container")
      }
      try container.cgroup?.thaw()
      container.isPaused = false
      core.events.publish("/tasks/resumed", ContainerdEvents.TaskResumed(containerId: container.id))
      return .init()
    }
  }

  static func name(of container: Container) -> String {
    switch container.process.state {
    case .registered, .created: "created"
    case .running: container.isPaused ? "paused" : "running"
    case .stopped: "stopped"
    }
  }

  func resizePty(_ request: ContainerdTaskV2.ResizePtyRequest, call: LoopCall<GoogleProtobuf.Empty>) {
    call.answer { () throws(GantryError) in
      let process = try core.container(request.id).process(request.execId)
      try process.io?.resize(columns: request.width, rows: request.height)
      return .init()
    }
  }

  func closeIO(_ request: ContainerdTaskV2.CloseIORequest, call: LoopCall<GoogleProtobuf.Empty>) {
    call.answer { () throws(GantryError) in
      let process = try core.container(request.id).process(request.execId)
      if request.stdin { process.io?.closeInput() }
      return .init()
    }
  }

  func update(_ request: ContainerdTaskV2.UpdateTaskRequest, call: LoopCall<GoogleProtobuf.Empty>) {
    call.answer { () throws(GantryError) in
      let container = try core.container(request.id)
      guard let packed = request.resources else {
        throw GantryError(.invalidArgument, "update of container \(container.id) names no resources")
      }
      try container.cgroup?.apply(try Resources(parsing: packed.value))
      return .init()
    }
  }
}
