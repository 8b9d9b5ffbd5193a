import AsyncServices
import Errors
import Linux
import Messages

/// A worker that unpacks one layer, from a file or from the pipe it comes through.
struct LayerApplication: Sendable {
  let context: EngineContext
  let layer: GantryWorkerV1.Blob
  let diffID: String

  /// - Parameters:
  ///   - source: the blob, a file or a pipe.
  ///   - isApart: whether the mounts show nothing of the layers below.
  ///   - progress: is told how many of the blob's bytes are unpacked.
  /// - Throws: `.invalidArgument` naming what is wrong with the layer.
  func run(
    from source: FileDescriptor, onto mounts: [ContainerdTypes.Mount], apart isApart: Bool,
    progress: @escaping @Sendable (Int64) -> Void
  ) async throws -> GantryWorkerV1.ApplyLayerResult {
    try await context.workers.run("unpacking layer \(layer.digest)") { [layer, diffID] worker in
      let descriptor = ContainerdTypes.Descriptor(mediaType: layer.mediaType, digest: layer.digest, size: layer.size)
      let events = try await worker.applyLayer(
        .init(layer: descriptor, mounts: mounts, diffId: diffID, apart: isApart),
        options: .init(descriptors: [source]))
      for try await event in events {
        switch event.event {
        case .progress(let step): progress(step.current)
        case .result(let result): return result
        case nil: continue
        }
      }
      throw GantryError(
        .unavailable, "the worker that unpacked \(layer.digest) ended without a result; pull the image again")
    }
  }
}
