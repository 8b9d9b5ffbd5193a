import AsyncServices
import AsyncWire
import Core
import Database
import Errors
import Glibc
import ImageSpec
import Linux
import Messages

/// What is sent of a layer that is kept uncompressed: its compressed form, made once and remembered.
struct LayerCompression: Sendable {
  let context: EngineContext
  let collector: GarbageCollector
  let control: TransferControl

  /// The blob to send in place of a layer: the layer itself, unless it is uncompressed and never came from a registry.
  ///
  /// - Parameter progress: is told how many of the layer's bytes are compressed.
  func sendable(
    _ layer: GantryWorkerV1.Blob, progress: @escaping @Sendable (Int64) -> Void
  ) async throws -> GantryWorkerV1.Blob {
    let mediaType = MediaType(rawValue: layer.mediaType)
    guard mediaType.layerCompression == .uncompressed else { return layer }
    if try await known(layer).isFromRegistry { return layer }
    try await control.blobs.join("compress \(layer.digest)") {
      progress($0.current)
    } body: { report in
      if let form = try await known(layer).form, try await IngestStore(context: context).contains(form.digest) {
        return
      }
      try await control.unpacking.withSlot { try await compress(layer) { report(.init(current: $0)) } }
    }
    guard let form = try await known(layer).form else {
      throw GantryError(.internal, "layer \(layer.digest) was compressed to nothing")
    }
    let type = mediaType == .ociLayer ? MediaType.ociLayerGzip : MediaType.dockerLayerGzip
    return .init(mediaType: type.rawValue, digest: form.digest, size: form.size)
  }

  private func known(
    _ layer: GantryWorkerV1.Blob
  ) async throws -> (isFromRegistry: Bool, form: (digest: String, size: Int64)?) {
    try await context.database.transaction { transaction in
      let table = BlobOriginTable(transaction)
      return (try table.isKnown(layer.digest), try table.compressed(layer.digest))
    }
  }

  private func compress(
    _ layer: GantryWorkerV1.Blob, progress: @escaping @Sendable (Int64) -> Void
  ) async throws {
    let lease = HexID.random()
    let directory = "\(context.paths.staging)/compress-\(HexID.short(lease))"
    try await collector.hold([.init(lease: lease, kind: .directory, key: directory)])
    do {
      let (staging, target) = try await context.threads.run {
        try Directory.create(directory, mode: 0o700)
        let staging = try FileDescriptor.open(directory, O_RDONLY | O_DIRECTORY)
        return (staging, try staging.open("layer", O_RDWR | O_CREAT | O_EXCL, mode: 0o600))
      }
      let source = try await IngestStore(context: context).read(layer.digest)
      let result = try await context.workers.trees("compressing layer \(layer.digest)") { trees in
        let events = try await trees.compress(
          .init(compression: "gzip"), options: .init(descriptors: [source, target]))
        return try await events.result { progress($0.current) }
      }
      guard let blob = result.blob, HexID.isDigest(blob.digest) else {
        throw GantryError(.internal, "the worker compressed layer \(layer.digest) and does not say to what")
      }
      try await collector.hold([.init(lease: lease, kind: .blob, key: blob.digest)])
      try await context.threads.run { try staging.rename("layer", to: String(blob.digest.dropFirst(7))) }
      try await BlobIngester(context.backends).ingest(blob, staging: staging)
      try await context.database.transaction {
        try BlobOriginTable($0).setCompressed(layer.digest, blob.digest, size: blob.size)
      }
      await collector.end(lease)
    } catch {
      await collector.end(lease)
      throw error
    }
  }
}
