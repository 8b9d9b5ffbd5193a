import AsyncServices
import AsyncWire
import Core
import Engine
import Errors
import Messages
import Synchronization

/// Shims without processes: each container "runs" until a signal comes or the test ends it.
final class FakeShims: ShimLauncher {
  /// What one shim knows. It lives on when the engine that started it is gone.
  struct Shim: Sendable {
    var state = "none"
    var status: UInt32 = 0
    let exit = Promise<UInt32>()
    var isDead = false
  }

  private struct State {
    var shims: [String: Shim] = [:]
    /// What Create answers with instead.
    var refusal: GantryError?
    var signals: [UInt32] = []
    /// Ids of the containers that shims were started for.
    var launches: [String] = []
    var canTakeOver = false
    /// Signals that the processes do not die of.
    var ignored: Set<UInt32> = []
  }

  private let state = Mutex(State())

  var shims: [String: Shim] { state.withLock { $0.shims } }
  var signals: [UInt32] { state.withLock { $0.signals } }
  var launches: [String] { state.withLock { $0.launches } }
  func refuse(_ error: GantryError?) { state.withLock { $0.refusal = error } }
  func ignore(_ signals: Set<UInt32>) { state.withLock { $0.ignored = signals } }

  /// The container's process ends by itself.
  func end(_ id: String, status: UInt32) {
    let exit = state.withLock { state in
      state.shims[id]?.state = "stopped"
      state.shims[id]?.status = status
      return state.shims[id]?.exit
    }
    exit?.fulfil(status)
  }

  /// The shim is gone without a word.
  func kill(_ id: String) { state.withLock { $0.shims[id]?.isDead = true } }

  /// Puts a shim in this state, unnoticed by an engine that watches an earlier one.
  func place(_ id: String, state name: String, status: UInt32 = 0) {
    let shim = Shim(state: name, status: status)
    if name == "stopped" { shim.exit.fulfil(status) }
    state.withLock { $0.shims[id] = shim }
  }

  // MARK: - ShimLauncher

  func launch(id: String, executable: String) async throws -> ShimTask {
    state.withLock { state in
      state.launches.append(id)
      state.shims[id] = Shim()
    }
    return try task(id)
  }

  func describe(id: String, specification: [UInt8]) async throws {}

  func takeOver(id: String, kept: [KeptDescriptors]) async throws -> ShimTask {
    try state.withLock { state in
      guard state.canTakeOver else { throw GantryError(.notFound, "nothing to take over") }
      state.shims[id]?.isDead = false
    }
    return try task(id)
  }

  func allowTakeOver() { state.withLock { $0.canTakeOver = true } }

  func destroy(id: String) async throws { end(id, status: 137) }

  func recover() async -> [FoundShim] {
    shims.compactMap { id, shim in
      guard !shim.isDead, let task = try? task(id) else { return .gone(id: id, nil) }
      return .serving(task, status(id))
    }
  }

  func exitRecord(id: String) async -> GantryShimV1.ExitRecord? {
    guard let shim = shims[id], shim.state == "stopped" else { return nil }
    return .init(id: id, exitStatus: shim.status, exitedAt: .now())
  }

  func removeBundle(id: String) async throws { state.withLock { _ = $0.shims.removeValue(forKey: id) } }

  func prepare() async {}

  func stop() async {}

  // MARK: - The shim's side

  private func status(_ id: String) -> GantryShimV1.StatusResponse {
    guard let shim = shims[id], shim.state != "none" else { return .init() }
    return .init(
      processes: [
        .init(
          id: id, state: shim.state, pid: 4242, exitStatus: shim.status,
          exitedAt: shim.state == "stopped" ? .now() : nil, startedAt: .now())
      ])
  }

  private func task(_ id: String) throws -> ShimTask {
    var table = RouteTable()
    table.on(GantryShimV1.ShimMethods.create) {
      [self] (request: GantryShimV1.CreateRequest, _) -> GantryShimV1.CreateResponse in
      try state.withLock { state in
        if let refusal = state.refusal { throw refusal }
        state.shims[id]?.state = request.start ? "running" : "created"
      }
      return .init(pid: 4242)
    }
    table.on(GantryShimV1.ShimMethods.status) {
      [self] (_: GantryShimV1.StatusRequest, _) -> GantryShimV1.StatusResponse in status(id)
    }
    table.on(ContainerdTaskV2.TaskMethods.start) {
      [self] (_: ContainerdTaskV2.StartRequest, _) -> ContainerdTaskV2.StartResponse in
      state.withLock { $0.shims[id]?.state = "running" }
      return .init(pid: 4242)
    }
    table.on(ContainerdTaskV2.TaskMethods.wait) {
      [self] (_: ContainerdTaskV2.WaitRequest, _) -> ContainerdTaskV2.WaitResponse in
      guard let shim = shims[id] else { throw GantryError(.notFound, "no task") }
      return .init(exitStatus: try await shim.exit.get(), exitedAt: .now())
    }
    table.on(ContainerdTaskV2.TaskMethods.kill) {
      [self] (request: ContainerdTaskV2.KillRequest, _) -> GoogleProtobuf.Empty in
      let dies = state.withLock { state in
        state.signals.append(request.signal)
        return !state.ignored.contains(request.signal)
      }
      if dies { end(id, status: 128 + request.signal) }
      return .init()
    }
    for method in [ContainerdTaskV2.TaskMethods.pause, ContainerdTaskV2.TaskMethods.resume] {
      table.on(method) { (_: ContainerdTaskV2.PauseRequest, _) -> GoogleProtobuf.Empty in .init() }
    }
    table.on(GantryShimV1.ShimMethods.dismiss) {
      (_: GantryShimV1.DismissRequest, _) -> GantryShimV1.DismissResponse in .init()
    }
    let client = try table.client()
    return ShimTask(
      id: id, shimPID: 0, shimPath: "/fake", bundle: "/fake/\(id)", socket: "", task: .init(client),
      shim: .init(client), close: { client.close() })
  }
}
