import AsyncServices
import Core
import Errors
import Glibc
import Messages

/// Shims as processes of their own, by way of the shim host.
struct ShimProcesses: ShimLauncher {
  let host: ShimHost
  /// The shim that takes over from one that died, and whose `delete` ends what is left behind.
  let standIn: String

  private static let timeout = Duration.seconds(10)

  init(_ host: ShimHost, standIn: String) {
    self.host = host
    self.standIn = standIn
  }

  func launch(id: String, executable: String) async throws -> ShimTask {
    ShimTask(try await host.start(id: id, program: executable), path: executable)
  }

  func describe(id: String, specification: [UInt8]) async throws {
    try await host.describe(id: id, specification: specification)
  }

  func takeOver(id: String, kept: [KeptDescriptors]) async throws -> ShimTask {
    ShimTask(try await host.takeOver(id: id, program: standIn, kept: kept), path: standIn)
  }

  func destroy(id: String) async throws {
    let bundle = host.bundle(of: id)
    guard access(bundle, F_OK) == 0 else { return }
    let child = try ChildProcess.spawn(
      SpawnRequest(
        executable: standIn,
        arguments: [standIn, "-namespace", "gantry", "-id", id, "-bundle", bundle, "delete"],
        environment: ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"], workingDirectory: bundle))
    do {
      let status = try await withDeadline(Self.timeout, "the end of container \(id) did not come") {
        try await child.waitUntilExit()
      }
      guard case .exited(0) = status else {
        throw GantryError(.internal, "\(standIn) delete \(status) for container \(id)")
      }
    } catch {
      await child.end(grace: .zero)
      throw error
    }
  }

  func recover() async -> [FoundShim] {
    await host.recover().map { recovery in
      switch recovery {
      case .serving(let handle, let status):
        .serving(ShimTask(handle, pid: status.shimPid, path: Self.program(of: status.shimPid)), status)
      case .silent(let handle, let error): .silent(ShimTask(handle, path: ""), error)
      case .gone(let id, _, let record): .gone(id: id, record)
      case .damaged(let id, _, let error): .damaged(id: id, error)
      }
    }
  }

  func exitRecord(id: String) async -> GantryShimV1.ExitRecord? { try? await host.exitRecord(id) }

  func removeBundle(id: String) async throws { try await host.removeBundle(id) }

  func prepare() async { await host.prepare() }

  func stop() async { await host.stop() }

  private static func program(of pid: UInt32) -> String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/\(pid)/exe", &buffer, buffer.count)
    return String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

extension ShimTask {
  fileprivate init(_ handle: ShimHandle, pid: UInt32? = nil, path: String) {
    self.init(
      id: handle.id, shimPID: pid ?? UInt32(max(0, handle.pid)), shimPath: path, bundle: handle.bundle,
      socket: handle.socketPath, task: handle.task, shim: handle.shim, close: { handle.close() })
  }
}
