import AsyncServices
import AsyncWire
import Engine
import Errors
import Glibc
import Linux
import Messages
import Synchronization

/// A worker that "reads" a fixed archive.
final class FakeWorkers: WorkerLauncher {
  let images: [GantryWorkerV1.Image]
  private let failure = Mutex<GantryError?>(nil)
  private let applied = Mutex(0)

  init(images: [GantryWorkerV1.Image]) { self.images = images }

  /// What unpacking a layer ends with from now on; nil lets it succeed.
  func failToApply(_ error: GantryError?) { failure.withLock { $0 = error } }

  /// How many layers were unpacked.
  var layersApplied: Int { applied.withLock { $0 } }

  func connect<Value: Sendable>(
    _ subject: String, _ job: @escaping @Sendable (any Caller) async throws -> Value
  ) async throws -> Value {
    var table = RouteTable()
    table.onStream(GantryWorkerV1.WorkerMethods.readArchive) {
      [images] (_: GantryWorkerV1.ReadArchiveRequest, context) -> [GantryWorkerV1.ReadArchiveEvent] in
      guard context.descriptors.count == 2 else { throw GantryError(.invalidArgument, "two descriptors are needed") }
      let blobs = images.flatMap { image in [image.manifest, image.config].compactMap { $0 } + image.layers }
      for blob in blobs {
        _ = try context.descriptors[1].open(String(blob.digest.dropFirst(7)), O_WRONLY | O_CREAT)
      }
      return [
        .init(event: .progress(.init(subject: "archive", current: 1, total: 2))),
        .init(event: .result(.init(images: images, blobs: blobs))),
      ]
    }
    table.onStream(GantryWorkerV1.WorkerMethods.applyLayer) {
      [self] (request: GantryWorkerV1.ApplyLayerRequest, _) -> [GantryWorkerV1.ApplyLayerEvent] in
      if let error = failure.withLock({ $0 }) { throw error }
      applied.withLock { $0 += 1 }
      return [.init(event: .result(.init(diffId: request.diffId, size: 100)))]
    }
    let client = try table.client()
    defer { client.close() }
    return try await job(client)
  }
}
