import AsyncServices
import AsyncWire
import Errors
import Linux
import Messages

/// `gantry.engine.v1.Images`.
package struct ImagesServer: GantryEngineV1.ImagesService {
  let engine: Engine

  package init(_ engine: Engine) { self.engine = engine }

  package func `import`(
    _ request: GantryEngineV1.ImportImageRequest, responses: OutboundStream<GantryEngineV1.ImportImageEvent>,
    context: CallContext
  ) async throws {
    let archive: FileDescriptor
    if !request.address.isEmpty {
      archive = try await AddressReader(engine.context, control: engine.transfers).read(request.address) { step in
        try await responses.send(.init(event: .progress(step)))
      }
    } else if let descriptor = context.descriptors.first {
      archive = descriptor
    } else {
      throw GantryError(.invalidArgument, "an import needs the archive's descriptor with the request")
    }
    let result = try await engine.importer.importArchive(request, archive: archive) { progress in
      try await responses.send(.init(event: .progress(progress)))
    }
    try await responses.send(.init(event: .result(result)))
  }

  package func list(
    _ request: GantryEngineV1.ListImagesRequest, context: CallContext
  ) async throws -> GantryEngineV1.ListImagesResponse {
    var uses: [String: UInt32] = [:]
    for container in engine.context.registry.all { uses[container.record.imageID, default: 0] += 1 }
    let (images, filter, layers) = try await engine.context.database.transaction { transaction in
      let table = ImageTable(transaction)
      let filter = try ImageFilter(request.filters, reference: request.reference) { name in
        try ImageStore.find(name, in: table).created
      }
      return (try table.overviews(), filter, try table.layerSizes())
    }
    return .init(
      images: ImageListing(images, filter: filter, uses: uses, layers: layers)
        .rows(all: request.all, digests: request.digests))
  }

  package func inspect(
    _ request: GantryEngineV1.InspectImageRequest, context: CallContext
  ) async throws -> GantryEngineV1.InspectImageResponse {
    let image = try await engine.images.find(request.name)
    var layers: [ContainerdTypes.Mount] = []
    if let top = image.chain.last {
      layers = (try? await SnapshotView(engine.context).with(top) { $0 }) ?? []
    }
    let storage = StorageDetails(driver: engine.context.backends.snapshotterName, layers: layers)
    return .init(json: ImageInspect.json(image, storage: storage).serialized())
  }

  package func tag(
    _ request: GantryEngineV1.TagImageRequest, context: CallContext
  ) async throws -> GantryEngineV1.TagImageResponse {
    try await engine.images.tag(request.source, as: request.target)
    return .init()
  }

  package func remove(
    _ request: GantryEngineV1.RemoveImageRequest, context: CallContext
  ) async throws -> GantryEngineV1.RemoveImageResponse {
    try await engine.uncancelled {
      try await ImageRemover(engine.context, collector: engine.collector).remove(
        request.name, force: request.force, prunes: !request.noPrune)
    }
  }
}
