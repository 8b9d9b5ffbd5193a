import AsyncServices
import Core
import Errors
import Linux
import Messages

/// Runs further processes in running containers.
package struct ExecRunner: Sendable {
  let context: EngineContext

  private static let timeout = Duration.seconds(60)

  package init(_ context: EngineContext) { self.context = context }

  /// Starts the process.
  ///
  /// - Parameter ends: of the streams that the caller joins, as `gantry.shim.v1.Shim` describes them.
  /// - Throws: `.failedPrecondition` where the container does not run or is paused, `.notFound` where the
  ///   command is not in the container.
  package func run(
    _ container: Container, _ request: GantryEngineV1.ExecRequest, _ ends: [FileDescriptor]
  ) async throws -> GantryEngineV1.ExecResponse {
    guard !request.args.isEmpty else { throw GantryError(.invalidArgument, "No exec command specified") }
    let task = try container.runningTask()
    if container.record.lifecycle.isPaused {
      throw GantryError(
        .failedPrecondition, "Container \(request.container) is paused, unpause the container before exec")
    }
    let id = HexID.random()
    let attributes = container.record.eventAttributes.merging(["execID": id]) { $1 }
    // Docker joins the program and its arguments by a space, which stands there also where there are no arguments.
    let command = request.args[0] + " " + request.args.dropFirst().joined(separator: " ")
    let process = try await process(task, request)
    context.events.publish("container", "exec_create: \(command)", id: container.id, attributes)
    let reply = try await task.shim.execReply(
      .init(
        id: container.id, execId: id, process: process, openStdin: request.attachStdin,
        attachStdin: request.attachStdin, attachStdout: request.attachStdout, attachStderr: request.attachStderr),
      options: .init(timeout: Self.timeout, descriptors: ends))
    context.events.publish("container", "exec_start: \(command)", id: container.id, attributes)
    let kept = KeptDescriptors(execID: id, kinds: reply.message.kinds, descriptors: reply.descriptors)
    container.update { $0.kept[id] = kept }
    watch(container, id: id, task: task)
    return .init(execId: id, pid: reply.message.pid)
  }

  private func process(_ task: ShimTask, _ request: GantryEngineV1.ExecRequest) async throws -> [UInt8] {
    let path = "\(task.bundle)/config.json"
    let spec = try await context.threads.run { try AtomicFile.read(path, limit: 4 << 20) }
    guard let spec else {
      throw GantryError(.dataLoss, "\(path) is gone: stop and start the container to run commands in it again")
    }
    let response = try await context.backends.runtimes.execProcess(
      .init(
        spec: spec, args: request.args, env: request.env, workingDirectory: request.workingDirectory,
        user: request.user, terminal: request.terminal, privileged: request.privileged,
        consoleWidth: request.consoleWidth, consoleHeight: request.consoleHeight),
      options: .init(timeout: Self.timeout))
    return response.process
  }

  /// Waits for the process's end; also for one that an earlier supervisor started.
  package func watch(_ container: Container, id: String, task: ShimTask) {
    let exec = ExecProcess(id: id)
    container.update { $0.execs[id] = exec }
    Task {
      var (task, outcome) = (task, ExitOutcome(exitCode: 137))
      while true {
        do throws(GantryError) {
          outcome.exitCode = try await task.task.wait(.init(id: container.id, execId: id)).exitStatus
          break
        } catch {
          context.log.debug("exec \(HexID.short(id)) of container \(container.id): \(error)")
          guard error.code == .unavailable,
            let next = await ShimFollower(context).successor(of: task, in: container)
          else { break }
          task = next
        }
      }
      container.update { $0.kept[id] = nil }
      var attributes = container.record.eventAttributes
      attributes["execID"] = id
      attributes["exitCode"] = String(outcome.exitCode)
      context.events.publish("container", "exec_die", id: container.id, attributes)
      exec.exit.fulfil(outcome)
      _ = try? await task.task.delete(.init(id: container.id, execId: id), options: .init(timeout: Self.timeout))
      forget(container, id: id)
    }
  }

  /// Ended ones stay known for a while, for who asks late.
  private func forget(_ container: Container, id: String) {
    Task {
      try? await Task.sleep(for: .seconds(300))
      container.update { _ = $0.execs.removeValue(forKey: id) }
    }
  }

  /// - Throws: `.notFound`, "No such exec instance: ID".
  package func find(_ container: Container, _ id: String) throws(GantryError) -> ExecProcess {
    guard let exec = container.snapshot.execs[id] else {
      throw GantryError(.notFound, "No such exec instance: \(id)")
    }
    return exec
  }

  package func resize(_ container: Container, id: String, width: UInt32, height: UInt32) async throws {
    _ = try find(container, id)
    _ = try await container.runningTask().task.resizePty(
      .init(id: container.id, execId: id, width: width, height: height), options: .init(timeout: Self.timeout))
  }
}
