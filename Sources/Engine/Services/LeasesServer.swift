import AsyncServices
import AsyncWire
import Errors
import Messages

/// `containerd.services.leases.v1.Leases`.
package struct LeasesServer: ContainerdServicesLeasesV1.LeasesService {
  let engine: Engine

  package init(_ engine: Engine) { self.engine = engine }

  private var keeper: LeaseKeeper { LeaseKeeper(engine.context, collector: engine.collector) }

  package func create(
    _ request: ContainerdServicesLeasesV1.CreateRequest, context: CallContext
  ) async throws -> ContainerdServicesLeasesV1.CreateResponse { .init(lease: try await keeper.create(request)) }

  package func delete(
    _ request: ContainerdServicesLeasesV1.DeleteRequest, context: CallContext
  ) async throws -> GoogleProtobuf.Empty {
    try await keeper.delete(request.id)
    return .init()
  }

  package func list(
    _ request: ContainerdServicesLeasesV1.ListRequest, context: CallContext
  ) async throws -> ContainerdServicesLeasesV1.ListResponse { .init(leases: try await keeper.list()) }

  package func addResource(
    _ request: ContainerdServicesLeasesV1.AddResourceRequest, context: CallContext
  ) async throws -> GoogleProtobuf.Empty {
    try await keeper.add(request.resource, to: request.id)
    return .init()
  }

  package func deleteResource(
    _ request: ContainerdServicesLeasesV1.DeleteResourceRequest, context: CallContext
  ) async throws -> GoogleProtobuf.Empty {
    try await keeper.remove(request.resource, from: request.id)
    return .init()
  }

  package func listResources(
    _ request: ContainerdServicesLeasesV1.ListResourcesRequest, context: CallContext
  ) async throws -> ContainerdServicesLeasesV1.ListResourcesResponse {
    .init(resources: try await keeper.resources(of: request.id))
  }
}
