import Errors
import JSON

/// One element of the `manifest.json` that `docker save` writes: paths inside the archive.
public struct DockerSaveManifest: Sendable, Hashable {
  public var config: String
  public var repoTags: [String]
  public var layers: [String]
  /// "sha256:<hex>" of the image that it was made from; "" where the archive does not say.
  public var parent = ""

  /// Reads the whole of `manifest.json`.
  ///
  /// - Throws: `.invalidArgument` naming `name` and the place in it.
  public static func parse(_ bytes: [UInt8], name: String) throws(GantryError) -> [DockerSaveManifest] {
    // The document is a list; wrapped, the reader's limits and messages serve it as well.
    guard bytes.count <= DocumentReader.maximumSize else {
      throw GantryError(
        .invalidArgument, "\(name) has \(bytes.count) bytes; more are not read than \(DocumentReader.maximumSize)")
    }
    let value: JSONValue
    do { value = try JSONValue(parsing: bytes) } catch { throw error.wrapped(name) }
    guard value.array != nil else {
      throw GantryError(.invalidArgument, "\(name) is not valid: it must be a list of images")
    }
    let reader = try DocumentReader(["images": value], place: name)
    var manifests: [DockerSaveManifest] = []
    for element in try reader.readers("images") ?? [] {
      guard let config = try element.string("Config"), !config.isEmpty else {
        throw element.failure("Config", "is missing")
      }
      let layers = try element.strings("Layers") ?? []
      guard layers.count <= Manifest.maximumLayerCount else {
        throw element.failure(
          "Layers", "has \(layers.count) elements; an image has \(Manifest.maximumLayerCount) at most")
      }
      var manifest = DockerSaveManifest(
        config: config, repoTags: try element.strings("RepoTags") ?? [], layers: layers)
      manifest.parent = try element.string("Parent") ?? ""
      manifests.append(manifest)
    }
    return manifests
  }

  public init(config: String, repoTags: [String], layers: [String]) {
    self.config = config
    self.repoTags = repoTags
    self.layers = layers
  }
}
