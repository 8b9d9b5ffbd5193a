import Digests
import Errors
import JSON

/// An image's configuration document: what it runs on, how a container of it starts, and its layers.
///
/// - SeeAlso: OCI image-spec, config.md.
public struct ImageConfig: Sendable, Equatable {
  public var platform: Platform
  /// RFC 3339; nil where the image does not say.
  public var created: String?
  public var settings: ContainerSettings
  /// Digests of the uncompressed layers, lowest first.
  public var diffIDs: [Digest]

  public init(
    platform: Platform, created: String? = nil, settings: ContainerSettings = ContainerSettings(), diffIDs: [Digest]
  ) {
    self.platform = platform
    self.created = created
    self.settings = settings
    self.diffIDs = diffIDs
  }

  /// Reads a configuration.
  ///
  /// - Parameter name: what messages call it, such as "image config sha256:2c26b4…".
  /// - Throws: `.invalidArgument` naming `name` and the place in it.
  public init(parsing bytes: [UInt8], name: String) throws(GantryError) {
    let reader = try DocumentReader(parsing: bytes, name: name)
    platform = Platform(
      os: try reader.string("os") ?? "", architecture: try reader.string("architecture") ?? "",
      variant: try reader.string("variant") ?? "")
    created = try reader.string("created")
    settings =
      try reader.reader("config").map { (config) throws(GantryError) in try ContainerSettings(config) }
      ?? ContainerSettings()
    guard let rootfs = try reader.reader("rootfs") else { throw reader.failure("rootfs", "is missing") }
    guard try rootfs.string("type") ?? "layers" == "layers" else { throw rootfs.failure("type", "must be \"layers\"") }
    diffIDs = []
    for text in try rootfs.strings("diff_ids") ?? [] {
      do { diffIDs.append(try Digest(parsing: text)) } catch {
        throw rootfs.failure("diff_ids", "is wrong: \(error.message)")
      }
    }
  }

  /// The document, the same bytes for the same value.
  public func serialized() -> [UInt8] {
    var object = JSONObject([])
    if let created { object["created"] = .string(created) }
    object["architecture"] = .string(platform.architecture)
    object["os"] = .string(platform.os)
    if !platform.variant.isEmpty { object["variant"] = .string(platform.variant) }
    object["config"] = settings.json
    object["rootfs"] = .object(
      JSONObject([("type", "layers"), ("diff_ids", .array(diffIDs.map { .string($0.description) }))]))
    return JSONValue.object(object).serialized()
  }
}
