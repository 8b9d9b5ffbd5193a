import Errors
import JSON

/// One image: its configuration and its layers, lowest first. OCI's and Docker's schema 2 alike.
///
/// - SeeAlso: OCI image-spec, manifest.md.
public struct Manifest: Sendable, Hashable {
  public var mediaType: MediaType
  public var config: Descriptor
  public var layers: [Descriptor]
  public var annotations: [String: String]

  /// More layers than this are refused: overlayfs stacks fewer.
  public static let maximumLayerCount = 500

  public init(
    mediaType: MediaType = .ociManifest, config: Descriptor, layers: [Descriptor], annotations: [String: String] = [:]
  ) {
    self.mediaType = mediaType
    self.config = config
    self.layers = layers
    self.annotations = annotations
  }

  /// Reads a manifest.
  ///
  /// - Parameters:
  ///   - expected: kind that a descriptor promises; used where the document does not state its own.
  ///   - name: what messages call it, such as "manifest sha256:2c26b4…".
  /// - Throws: `.invalidArgument` naming `name` and the place in it.
  public init(parsing bytes: [UInt8], expected: MediaType? = nil, name: String) throws(GantryError) {
    let reader = try DocumentReader(parsing: bytes, name: name)
    try reader.checkSchemaVersion()
    mediaType = try reader.string("mediaType").map(MediaType.init) ?? expected ?? .ociManifest
    guard mediaType.isManifest else {
      throw reader.failure("mediaType", "is \"\(mediaType)\", which is no image manifest")
    }
    guard reader.value("manifests") == nil else { throw reader.failure("manifests", "belongs into an index") }
    guard let config = try reader.reader("config") else { throw reader.failure("config", "is missing") }
    self.config = try Descriptor(config)
    guard let layers = try reader.readers("layers") else { throw reader.failure("layers", "is missing") }
    guard layers.count <= Self.maximumLayerCount else {
      throw reader.failure("layers", "has \(layers.count) elements; an image has \(Self.maximumLayerCount) at most")
    }
    self.layers = []
    for layer in layers { self.layers.append(try Descriptor(layer)) }
    annotations = try reader.stringMap("annotations") ?? [:]
  }

  /// The document, the same bytes for the same value.
  public func serialized() -> [UInt8] {
    var object = JSONObject([
      ("schemaVersion", 2), ("mediaType", .string(mediaType.rawValue)), ("config", config.json),
      ("layers", .array(layers.map(\.json))),
    ])
    if !annotations.isEmpty {
      object["annotations"] = .object(
        JSONObject(annotations.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
    }
    return JSONValue.object(object).serialized()
  }
}

extension DocumentReader {
  func checkSchemaVersion() throws(GantryError) {
    let version = try integer("schemaVersion")
    guard version == 2 else {
      throw failure("schemaVersion", "must be 2" + (version == 1 ? "; version 1 is not supported any more" : ""))
    }
  }
}
