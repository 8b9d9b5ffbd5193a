import AsyncServices
import AsyncWire
import Digests
import Errors
import Messages
import Threads

/// Answers `gantry.content.v1.Ingests` from the same directory as the content service.
struct IngestService: GantryContentV1.IngestsService {
  private let store: BlobStore
  private let threads: BlockingThreads

  init(_ store: BlobStore, _ threads: BlockingThreads) {
    self.store = store
    self.threads = threads
  }

  func open(_ request: GantryContentV1.OpenIngestRequest, context: CallContext) async throws
    -> GantryContentV1.OpenIngestResponse
  {
    let expected = try request.digest.isEmpty ? nil : Digest(parsing: request.digest)
    guard !request.ref.isEmpty else { throw GantryError(.invalidArgument, "an ingest must have a reference") }
    let (file, offset) = try await threads.run {
      try store.openIngest(request.ref, expected: expected, size: request.size)
    }
    context.attach(file)
    return .init(offset: offset)
  }

  func finish(_ request: GantryContentV1.FinishIngestRequest, context: CallContext) async throws
    -> GantryContentV1.IngestResponse
  {
    let expected = try request.digest.isEmpty ? nil : Digest(parsing: request.digest)
    let clock = ContinuousClock()
    let deadline = clock.now + .seconds(5)
    while true {
      do {
        let (digest, size) = try await threads.run {
          try store.finishIngest(request.ref, expected: expected, size: request.size, labels: request.labels)
        }
        return .init(digest: digest.description, size: size)
      } catch let error as GantryError where error.code == .unavailable && clock.now < deadline {
        // The writer's descriptor is on its way to being closed.
        try await Task.sleep(for: .milliseconds(10))
      }
    }
  }
}
