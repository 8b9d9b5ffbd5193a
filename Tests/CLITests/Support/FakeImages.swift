import AsyncServices
import AsyncWire
import CLI
import Errors
import Messages

/// Images that are made up.
struct FakeImages: GantryEngineV1.ImagesService {
  typealias E = GantryEngineV1
  let engine: FakeEngine

  func `import`(
    _ request: E.ImportImageRequest, responses: OutboundStream<E.ImportImageEvent>, context: CallContext
  ) async throws {
    if !request.address.isEmpty {
      try await responses.send(.init(event: .progress(.init(status: "Downloading from \(request.address)"))))
      try await responses.send(.init(event: .result(.init(images: [.init(id: "sha256:00")], isRootFileSystem: true))))
      return
    }
    guard let archive = context.descriptors.first else { throw GantryError(.invalidArgument, "no descriptor") }
    let bytes = try archive.readAll()
    guard bytes != Array("bad".utf8) else {
      throw GantryError(.invalidArgument, "\(request.source): the archive ends too soon")
    }
    let layer = "layer sha256:0123456789abcdef"
    for (status, current) in [("Storing", 5), ("Storing", 10), ("Unpacking", 10), ("Done", 0)] {
      try await responses.send(
        .init(event: .progress(.init(id: layer, status: status, current: Int64(current), total: 10))))
    }
    try await responses.send(
      .init(
        event: .result(
          .init(images: [.init(id: "sha256:\(bytes.count)", names: request.name.isEmpty ? [] : [request.name])]))))
  }

  func list(_ request: E.ListImagesRequest, context: CallContext) async throws -> E.ListImagesResponse {
    let now = Moment.nowInSeconds
    return .init(images: [
      .init(id: "sha256:7746438d043e00", repository: "hist", tag: "c", createdUnix: now - 1, size: 1_985_998),
      .init(id: "sha256:0dca7071049800", repository: "<none>", tag: "<none>", createdUnix: now - 1900, size: 682_600),
    ])
  }

  func inspect(_ request: E.InspectImageRequest, context: CallContext) async throws -> E.InspectImageResponse {
    guard request.name == "busybox" else { throw GantryError(.notFound, "No such image: \(request.name):latest") }
    return .init(json: Array("{\"Id\":\"sha256:00\",\"RepoTags\":[\"busybox:latest\"]}".utf8))
  }

  func tag(_ request: E.TagImageRequest, context: CallContext) async throws -> E.TagImageResponse { .init() }

  func remove(_ request: E.RemoveImageRequest, context: CallContext) async throws -> E.RemoveImageResponse {
    guard request.name != "nosuch" else { throw GantryError(.notFound, "No such image: nosuch:latest") }
    return .init(untagged: ["\(request.name):latest"], deleted: ["sha256:00"])
  }
}
