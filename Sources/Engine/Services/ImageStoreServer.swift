import AsyncServices
import AsyncWire
import Errors
import ImageSpec
import Messages

/// `gantry.engine.v1.ImageStore`.
package struct ImageStoreServer: GantryEngineV1.ImageStoreService {
  let engine: Engine

  package init(_ engine: Engine) { self.engine = engine }

  package func history(
    _ request: GantryEngineV1.ImageHistoryRequest, context: CallContext
  ) async throws -> GantryEngineV1.ImageHistoryResponse {
    let entries = try await engine.context.database.transaction { transaction in
      let table = ImageTable(transaction)
      let image = try ImageStore.find(request.name, in: table)
      var ancestors: [ImageRecord] = []
      while let parent = try table.find(id: ancestors.last?.parent ?? image.parent), ancestors.count < 1000 {
        ancestors.append(parent)
      }
      return try ImageHistory.entries(image, ancestors: ancestors, layers: table.layerSizes())
    }
    return .init(entries: entries)
  }

  package func prune(
    _ request: GantryEngineV1.PruneImagesRequest, context: CallContext
  ) async throws -> GantryEngineV1.PruneImagesResponse {
    let engine = engine
    return try await engine.uncancelled {
      try await ImagePruner(engine.context, collector: engine.collector).prune(request)
    }
  }

  package func save(
    _ request: GantryEngineV1.SaveImagesRequest, responses: OutboundStream<GantryEngineV1.ImportImageEvent>,
    context: CallContext
  ) async throws {
    guard let output = context.descriptors.first else {
      throw GantryError(.invalidArgument, "a save needs a descriptor to write to with the request")
    }
    let platform = try request.platform.isEmpty ? nil : Platform(parsing: request.platform)
    try await ImageSaver(engine.context).save(request.names, for: platform, to: output) { progress in
      try await responses.send(.init(event: .progress(progress)))
    }
    try await responses.send(.init(event: .result(.init())))
  }

  package func unpack(
    _ request: GantryEngineV1.UnpackImageRequest, responses: OutboundStream<GantryEngineV1.ImportImageEvent>,
    context: CallContext
  ) async throws {
    let image = try await engine.images.find(request.name)
    try await ImageUnpacker(engine.context, collector: engine.collector).unpack(image) { progress in
      try await responses.send(.init(event: .progress(progress)))
    }
    try await responses.send(.init(event: .result(.init(images: [.init(id: image.id, names: image.names)]))))
  }
}
