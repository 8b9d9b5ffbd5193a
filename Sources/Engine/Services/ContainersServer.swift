import AsyncServices
import AsyncWire
import Errors
import Glibc
import JSON
import Linux
import Messages

/// `gantry.engine.v1.Containers`.
package struct ContainersServer: GantryEngineV1.ContainersService {
  let engine: Engine

  package init(_ engine: Engine) { self.engine = engine }

  private func find(_ text: String) throws(GantryError) -> Container { try engine.context.registry.find(text) }

  package func create(
    _ request: GantryEngineV1.CreateContainerRequest, context: CallContext
  ) async throws -> GantryEngineV1.CreateContainerResponse {
    try await engine.creator.create(request)
  }

  package func start(
    _ request: GantryEngineV1.StartContainerRequest, context: CallContext
  ) async throws -> GantryEngineV1.StartContainerResponse {
    let container = try find(request.container)
    let streams = JoinedStreams(
      input: request.attachStdin, output: request.attachStdout, error: request.attachStderr, ends: context.descriptors)
    // A caller who goes away in the middle must not leave a container half started.
    let input = try await engine.uncancelled { try await engine.starter.start(container, joining: streams) }
    for descriptor in input { context.attach(descriptor) }
    return .init()
  }

  package func attach(
    _ request: GantryEngineV1.AttachContainerRequest, context: CallContext
  ) async throws -> GantryEngineV1.AttachContainerResponse {
    let container = try find(request.container)
    let streams = JoinedStreams(
      input: request.stdin, output: request.stdout, error: request.stderr, ends: context.descriptors)
    let input = try await engine.uncancelled { try await engine.starter.attach(container, streams) }
    for descriptor in input { context.attach(descriptor) }
    return .init(terminal: container.record.runtime.terminal)
  }

  package func resize(
    _ request: GantryEngineV1.ResizeRequest, context: CallContext
  ) async throws -> GantryEngineV1.ResizeResponse {
    try await engine.control.resize(find(request.container), width: request.width, height: request.height)
    return .init()
  }

  package func wait(
    _ request: GantryEngineV1.WaitContainerRequest, context: CallContext
  ) async throws -> GantryEngineV1.WaitContainerResponse {
    let outcome = try await engine.control.wait(find(request.container), request.condition)
    return .init(exitCode: outcome.exitCode, error: outcome.error)
  }

  package func stop(
    _ request: GantryEngineV1.StopContainerRequest, context: CallContext
  ) async throws -> GantryEngineV1.StopContainerResponse {
    let container = try find(request.container)
    try await engine.uncancelled {
      try await ContainerStopper(engine.context).stop(
        container, timeout: request.hasTimeout ? request.timeout : nil, signal: request.signal)
    }
    return .init()
  }

  package func kill(
    _ request: GantryEngineV1.KillContainerRequest, context: CallContext
  ) async throws -> GantryEngineV1.KillContainerResponse {
    try await ContainerStopper(engine.context).kill(
      find(request.container), signal: request.signal, named: request.container)
    return .init()
  }

  package func restart(
    _ request: GantryEngineV1.RestartContainerRequest, context: CallContext
  ) async throws -> GantryEngineV1.RestartContainerResponse {
    let container = try find(request.container)
    try await engine.uncancelled {
      try await engine.control.restart(
        container, timeout: request.hasTimeout ? request.timeout : nil, signal: request.signal)
    }
    return .init()
  }

  package func pause(
    _ request: GantryEngineV1.PauseContainerRequest, context: CallContext
  ) async throws -> GantryEngineV1.PauseContainerResponse {
    let container = try find(request.container)
    try await engine.uncancelled { try await engine.control.pause(container) }
    return .init()
  }

  package func unpause(
    _ request: GantryEngineV1.UnpauseContainerRequest, context: CallContext
  ) async throws -> GantryEngineV1.UnpauseContainerResponse {
    let container = try find(request.container)
    try await engine.uncancelled { try await engine.control.unpause(container) }
    return .init()
  }

  package func rename(
    _ request: GantryEngineV1.RenameContainerRequest, context: CallContext
  ) async throws -> GantryEngineV1.RenameContainerResponse {
    let container = try find(request.container)
    try await engine.uncancelled { try await engine.control.rename(container, to: request.name) }
    return .init()
  }

  package func remove(
    _ request: GantryEngineV1.RemoveContainerRequest, context: CallContext
  ) async throws -> GantryEngineV1.RemoveContainerResponse {
    let container = try find(request.container)
    try await engine.uncancelled {
      try await engine.remover.remove(
        container, force: request.force, volumes: request.volumes)
    }
    return .init()
  }

  package func list(
    _ request: GantryEngineV1.ListContainersRequest, context: CallContext
  ) async throws -> GantryEngineV1.ListContainersResponse {
    .init(containers: try await ContainerLister(engine.context).list(request))
  }

  package func inspect(
    _ request: GantryEngineV1.InspectContainerRequest, context: CallContext
  ) async throws -> GantryEngineV1.InspectContainerResponse {
    let container = try find(request.container)
    return .init(json: try await engine.inspector.inspect(container, withSizes: request.size).serialized())
  }

  package func logs(
    _ request: GantryEngineV1.LogsRequest, context: CallContext
  ) async throws -> GantryEngineV1.LogsResponse {
    let record = try find(request.container).record
    guard record.settings.logDriver != "none" else {
      throw GantryError(.failedPrecondition, "configured logging driver does not support reading")
    }
    let files = engine.context.paths.files(of: record.id)
    context.attach(try FileDescriptor.open(files.directory, O_RDONLY | O_DIRECTORY))
    return .init(
      fileName: files.logName, running: record.lifecycle.isRunning, terminal: record.runtime.terminal)
  }

  package func top(
    _ request: GantryEngineV1.TopRequest, context: CallContext
  ) async throws -> GantryEngineV1.TopResponse {
    let container = try find(request.container)
    let response = try await engine.processes.list(container, arguments: request.psArgs)
    engine.context.events.publish("container", "top", id: container.id, container.record.eventAttributes)
    return response
  }

  package func stats(
    _ request: GantryEngineV1.StatsRequest, responses: OutboundStream<GantryEngineV1.StatsResponse>,
    context: CallContext
  ) async throws {
    try await StatsCollector(engine.context).run(request, once: !request.stream) { try await responses.send($0) }
  }

  package func exec(
    _ request: GantryEngineV1.ExecRequest, context: CallContext
  ) async throws -> GantryEngineV1.ExecResponse {
    let container = try find(request.container)
    let ends = context.descriptors
    return try await engine.uncancelled { try await engine.execs.run(container, request, ends) }
  }

  package func execResize(
    _ request: GantryEngineV1.ExecResizeRequest, context: CallContext
  ) async throws -> GantryEngineV1.ResizeResponse {
    try await engine.execs.resize(
      find(request.container), id: request.execId, width: request.width, height: request.height)
    return .init()
  }

  package func execWait(
    _ request: GantryEngineV1.ExecWaitRequest, context: CallContext
  ) async throws -> GantryEngineV1.WaitContainerResponse {
    let outcome = try await engine.execs.find(find(request.container), request.execId).exit.get()
    return .init(exitCode: outcome.exitCode, error: outcome.error)
  }
}
