import AsyncServices
import AsyncWire
import Errors
import Messages
import Wire

/// `containerd.services.content.v1.Content`, handed on to the content plugin.
package struct ContentPassThrough: ContainerdServicesContentV1.ContentService {
  let plugin: ContainerdServicesContentV1.ContentClient

  package init(_ caller: any Caller) { plugin = .init(caller) }

  package func info(
    _ request: ContainerdServicesContentV1.InfoRequest, context: CallContext
  ) async throws -> ContainerdServicesContentV1.InfoResponse {
    try await plugin.info(request, options: .passing(context))
  }

  package func update(
    _ request: ContainerdServicesContentV1.UpdateRequest, context: CallContext
  ) async throws -> ContainerdServicesContentV1.UpdateResponse {
    try await plugin.update(request, options: .passing(context))
  }

  package func list(
    _ request: ContainerdServicesContentV1.ListContentRequest,
    responses: OutboundStream<ContainerdServicesContentV1.ListContentResponse>, context: CallContext
  ) async throws {
    for try await page in try await plugin.list(request, options: .passing(context)) { try await responses.send(page) }
  }

  package func delete(
    _ request: ContainerdServicesContentV1.DeleteContentRequest, context: CallContext
  ) async throws -> GoogleProtobuf.Empty { try await plugin.delete(request, options: .passing(context)) }

  package func read(
    _ request: ContainerdServicesContentV1.ReadContentRequest,
    responses: OutboundStream<ContainerdServicesContentV1.ReadContentResponse>, context: CallContext
  ) async throws {
    for try await part in try await plugin.read(request, options: .passing(context)) { try await responses.send(part) }
  }

  package func status(
    _ request: ContainerdServicesContentV1.StatusRequest, context: CallContext
  ) async throws -> ContainerdServicesContentV1.StatusResponse {
    try await plugin.status(request, options: .passing(context))
  }

  package func listStatuses(
    _ request: ContainerdServicesContentV1.ListStatusesRequest, context: CallContext
  ) async throws -> ContainerdServicesContentV1.ListStatusesResponse {
    try await plugin.listStatuses(request, options: .passing(context))
  }

  package func write(
    _ requests: InboundStream<ContainerdServicesContentV1.WriteContentRequest>,
    responses: OutboundStream<ContainerdServicesContentV1.WriteContentResponse>, context: CallContext
  ) async throws {
    let call = try await plugin.write(options: .passing(context))
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        for try await request in requests { try await call.send(request) }
        call.closeSend()
      }
      for try await response in call.responses { try await responses.send(response) }
      group.cancelAll()
    }
  }

  package func abort(
    _ request: ContainerdServicesContentV1.AbortRequest, context: CallContext
  ) async throws -> GoogleProtobuf.Empty { try await plugin.abort(request, options: .passing(context)) }
}
