import AsyncServices
import AsyncWire
import Digests
import Errors
import Messages

extension LocalContentService {
  /// One response for each request; the first one names the reference, a commit ends the stream. A caller that goes
  /// without a commit leaves what it wrote: the next writer of the reference goes on there.
  public func write(
    _ requests: InboundStream<ContainerdServicesContentV1.WriteContentRequest>,
    responses: OutboundStream<ContainerdServicesContentV1.WriteContentResponse>, context: CallContext
  ) async throws {
    var writer: IngestWriter?
    for try await request in requests {
      let expected = request.expected.isEmpty ? nil : try Digest(parsing: request.expected)
      let current: IngestWriter
      if let writer {
        guard request.ref.isEmpty || request.ref == writer.reference else {
          throw GantryError(.invalidArgument, "a write of ref \(writer.reference) cannot go on as \(request.ref)")
        }
        current = writer
      } else {
        guard !request.ref.isEmpty else {
          throw GantryError(.invalidArgument, "the first message of a write must have a reference")
        }
        current = try await threads.run {
          try IngestWriter(store, reference: request.ref, total: request.total, expected: expected)
        }
        writer = current
      }
      let response = try await threads.run { try Self.answer(request, expected, current) }
      try await responses.send(response)
      if request.action == .commit { return }
    }
  }

  private static func answer(
    _ request: ContainerdServicesContentV1.WriteContentRequest, _ expected: Digest?, _ writer: IngestWriter
  ) throws(GantryError) -> ContainerdServicesContentV1.WriteContentResponse {
    var response = ContainerdServicesContentV1.WriteContentResponse()
    response.action = request.action
    try writer.expect(total: request.total, digest: expected)
    switch request.action {
    case .stat: break
    case .write, .commit: try writer.write(request.data, at: request.offset)
    default:
      throw GantryError(.invalidArgument, "no such action of a write: \(request.action.rawValue)")
    }
    let status = try writer.status()
    response.startedAt = status.startedAt
    response.updatedAt = status.updatedAt
    response.offset = writer.offset
    response.total = writer.total
    if request.action == .commit { response.digest = try writer.commit(labels: request.labels).description }
    return response
  }
}
