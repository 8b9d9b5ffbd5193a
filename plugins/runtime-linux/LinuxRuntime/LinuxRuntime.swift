import AsyncServices
import AsyncWire
import Errors
import JSON
import Messages
import PluginKit
import RuntimeSpec
import Threads

/// The runtime plugin: containers as Docker 20.10 runs them, in gantry-shim.
///
/// It looks at devices and other facts of the host and changes nothing. An actor on a thread of its own, because
/// looking may block.
public actor LinuxRuntime: GantryRuntimeV1.RuntimeService {
  private let executor = BlockingExecutor(name: "runtime-linux")
  private let host: HostFacts
  private let programs: ProgramPaths

  nonisolated public var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  public init(host: HostFacts, programs: ProgramPaths) {
    self.host = host
    self.programs = programs
  }

  public func shim(
    _ request: GantryRuntimeV1.ShimRequest, context: CallContext
  ) async throws -> GantryRuntimeV1.ShimResponse {
    .init(path: programs.shim)
  }

  public func spec(
    _ request: GantryRuntimeV1.SpecRequest, context: CallContext
  ) async throws -> GantryRuntimeV1.SpecResponse {
    guard let container = request.container else {
      throw GantryError(.invalidArgument, "\(GantryRuntimeV1.SpecRequest.fullName) has no container; send its settings")
    }
    let builder = SpecBuilder(container: container, host: host, initPath: programs.initProgram)
    return .init(spec: try builder.specification().serialized())
  }

  public func execProcess(
    _ request: GantryRuntimeV1.ExecProcessRequest, context: CallContext
  ) async throws -> GantryRuntimeV1.ExecProcessResponse {
    .init(process: try ExecBuilder(request: request, host: host).process().serialized())
  }

  public func features(
    _ request: GantryRuntimeV1.FeaturesRequest, context: CallContext
  ) async throws -> GantryRuntimeV1.FeaturesResponse {
    .init(cgroupLayout: host.cgroupLayout.rawValue, features: Features(host).json.serialized())
  }
}
