import References
import AsyncServices
import Errors
import Glibc
import ImageSpec
import JSON
import Linux
import Messages
import Tar

/// The archive of `save`, written from front to back.
final class SavedArchive: Sendable {
  private let context: EngineContext
  private let output: FileDescriptor
  private let progress: ImageImporter.Progress

  init(_ context: EngineContext, to output: FileDescriptor, progress: @escaping ImageImporter.Progress) {
    self.context = context
    self.output = output
    self.progress = progress
  }

  func write(_ items: [ImageSaver.Item]) async throws {
    try await emit(TarHeader(.directory, name: "blobs", permissions: 0o755).serialized())
    try await emit(TarHeader(.directory, name: "blobs/sha256", permissions: 0o755).serialized())
    var written: Set<String> = []
    var plain: [String: [String]] = [:]
    for item in items {
      let description = item.description
      let documents = [description.manifest, description.config].compactMap(\.self)
      for blob in documents + description.layers where written.insert(blob.digest).inserted {
        if let manifest = item.manifest, blob.digest == description.manifest?.digest {
          try await emit(Self.path(blob.digest), manifest)
        } else {
          try await emit(blob)
        }
      }
      plain[item.image.id] = try await layers(description, &written)
    }
    try await emit("index.json", index(items))
    try await emit("manifest.json", manifest(items, plain))
    try await emit("oci-layout", ["imageLayoutVersion": "1.0.0"])
    try await emit("repositories", repositories(items))
    try await emit(TarHeader.end)
  }

  /// The layers' files for whoever reads `manifest.json`: not all of them know every compression.
  private func layers(_ image: GantryWorkerV1.Image, _ written: inout Set<String>) async throws -> [String] {
    var paths: [String] = []
    for (layer, diffID) in zip(image.layers, image.diffIds) {
      guard MediaType(rawValue: layer.mediaType).layerCompression == .zstd else {
        paths.append(Self.path(layer.digest))
        continue
      }
      if written.insert(diffID).inserted { try await emitPlain(layer, diffID: diffID) }
      paths.append(Self.path(diffID))
    }
    return paths
  }

  private static func path(_ digest: String) -> String { "blobs/sha256/\(digest.dropFirst(7))" }

  private func emitPlain(_ layer: GantryWorkerV1.Blob, diffID: String) async throws {
    let source = try await BlobReader(context).open(layer.digest)
    let staging = context.paths.staging
    let target = try await context.threads.run { try FileDescriptor.unnamed(in: staging) }
    let result = try await context.workers.trees("decompressing layer \(layer.digest)") { worker in
      try await worker.compress(.init(compression: "none"), options: .init(descriptors: [source, target])).result()
    }
    try await emit(path: Self.path(diffID), target, size: result.blob?.size ?? 0)
  }

  private func emit(_ blob: GantryWorkerV1.Blob) async throws {
    let file = try await BlobReader(context).open(blob.digest)
    try await emit(path: Self.path(blob.digest), file, size: blob.size)
    try await progress(.init(id: blob.digest, status: "Saved", current: blob.size, total: blob.size))
  }

  private func emit(path: String, _ file: FileDescriptor, size: Int64) async throws {
    var header = TarHeader(.file, name: path, permissions: 0o644)
    header.size = size
    try await emit(header.serialized())
    let output = output
    try await context.threads.run { try output.copy(file, size: size) }
    try await emit([UInt8](repeating: 0, count: TarHeader.padding(after: size)))
  }

  private func emit(_ name: String, _ document: JSONValue) async throws {
    try await emit(name, document.serialized())
  }

  private func emit(_ name: String, _ bytes: [UInt8]) async throws {
    var header = TarHeader(.file, name: name, permissions: 0o644)
    header.size = Int64(bytes.count)
    try await emit(
      header.serialized() + bytes + [UInt8](repeating: 0, count: TarHeader.padding(after: header.size)))
  }

  private func emit(_ bytes: [UInt8]) async throws {
    let output = output
    try await context.threads.run { try output.writeWaiting(bytes) }
  }

  private func index(_ items: [ImageSaver.Item]) -> JSONValue {
    var manifests: [JSONValue] = []
    for item in items {
      guard let manifest = item.description.manifest else { continue }
      let descriptor: [(String, JSONValue)] = [
        ("mediaType", .string(manifest.mediaType)), ("digest", .string(manifest.digest)),
        ("size", .integer(manifest.size)),
      ]
      let description = item.description
      var parts = [
        ("architecture", JSONValue.string(description.architecture)), ("os", .string(item.image.platform.os)),
      ]
      if !description.variant.isEmpty { parts.append(("variant", .string(description.variant))) }
      let platform = [("platform", JSONValue.object(JSONObject(parts)))]
      if item.names.isEmpty { manifests.append(.object(JSONObject(descriptor + platform))) }
      for name in item.names {
        let whole = (try? Reference(parsing: name))?.description ?? name
        let annotations: JSONValue = [
          "io.containerd.image.name": .string(whole),
          "org.opencontainers.image.ref.name": .string(ImageName.split(name).rest),
        ]
        manifests.append(.object(JSONObject(descriptor + [("annotations", annotations)] + platform)))
      }
    }
    return [
      "schemaVersion": 2, "mediaType": .string(MediaType.ociIndex.rawValue), "manifests": .array(manifests),
    ]
  }

  private func manifest(_ items: [ImageSaver.Item], _ layers: [String: [String]]) -> JSONValue {
    let saved = Set(items.map(\.image.id))
    return .array(
      items.map { item in
        let description = item.description
        let sources = zip(description.layers, description.diffIds).map { layer, diffID in
          (
            diffID,
            JSONValue.object(
              JSONObject([
                ("mediaType", .string(layer.mediaType)), ("size", .integer(layer.size)),
                ("digest", .string(layer.digest)),
              ]))
          )
        }
        var members: [(String, JSONValue)] = [
          ("Config", .string(Self.path(item.image.id))),
          ("RepoTags", item.names.isEmpty ? .null : .strings(item.names)),
          ("Layers", .strings(layers[item.image.id] ?? [])),
        ]
        // Of one that stays behind nobody could make sense.
        if saved.contains(item.image.parent) { members.append(("Parent", .string(item.image.parent))) }
        return .object(JSONObject(members + [("LayerSources", .object(JSONObject(sources)))]))
      })
  }

  private func repositories(_ items: [ImageSaver.Item]) -> JSONValue {
    var repositories: [String: [(String, JSONValue)]] = [:]
    for item in items {
      let id = JSONValue.string(String((item.description.diffIds.last ?? item.image.id).dropFirst(7)))
      for name in item.names {
        let (repository, tag) = ImageName.split(name)
        repositories[repository, default: []].append((tag, id))
      }
    }
    return .object(
      JSONObject(repositories.sorted { $0.key < $1.key }.map { ($0.key, .object(JSONObject($0.value))) }))
  }
}
