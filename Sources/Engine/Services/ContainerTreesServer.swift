import AsyncServices
import AsyncWire
import Errors
import Messages

/// `gantry.engine.v1.ContainerTrees`.
package struct ContainerTreesServer: GantryEngineV1.ContainerTreesService {
  let engine: Engine

  package init(_ engine: Engine) { self.engine = engine }

  package func export(
    _ request: GantryEngineV1.ExportContainerRequest, context: CallContext
  ) async throws -> GantryEngineV1.ExportContainerResponse {
    guard let output = context.descriptors.first else {
      throw GantryError(.invalidArgument, "an export needs a descriptor to write to with the request")
    }
    let container = try engine.context.registry.find(request.container)
    try await ContainerTreeReader(engine.context).export(container, to: output)
    return .init()
  }

  package func commit(
    _ request: GantryEngineV1.CommitContainerRequest, context: CallContext
  ) async throws -> GantryEngineV1.CommitContainerResponse {
    let engine = engine
    let id = try await engine.uncancelled {
      try await ContainerCommitter(engine.context, collector: engine.collector, control: engine.control)
        .commit(request)
    }
    return .init(id: id)
  }

  package func changes(
    _ request: GantryEngineV1.ContainerChangesRequest, context: CallContext
  ) async throws -> GantryEngineV1.ContainerChangesResponse {
    let container = try engine.context.registry.find(request.container)
    return .init(changes: try await ContainerTreeReader(engine.context).changes(container))
  }
}
