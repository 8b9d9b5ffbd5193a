import AsyncServices
import AsyncWire
import Errors
import Messages

/// `gantry.engine.v1.Tasks`.
package struct TasksServer: GantryEngineV1.TasksService {
  let engine: Engine

  package init(_ engine: Engine) { self.engine = engine }

  package func list(
    _ request: GantryEngineV1.ListTasksRequest, context: CallContext
  ) async throws -> GantryEngineV1.ListTasksResponse {
    .init(
      tasks: engine.context.registry.all.compactMap { container in
        let snapshot = container.snapshot
        guard let task = snapshot.task else { return nil }
        let status = snapshot.record.lifecycle.isRunning ? snapshot.record.lifecycle.status : "created"
        return .init(
          containerId: container.id, pid: snapshot.record.lifecycle.run?.pid ?? 0, status: status.uppercased(),
          shimPid: task.shimPID, shimPath: task.shimPath, bundle: task.bundle, socket: task.socket)
      })
  }
}
