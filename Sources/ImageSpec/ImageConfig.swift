import Digests
import Errors
import JSON

/// An image's configuration document: what it runs on, how a container of it starts, and its layers.
///
/// - SeeAlso: OCI image-spec, config.md.
public struct ImageConfig: Sendable, Equatable {
  public var platform: Platform
  /// As the document spells it; the platform has it in the usual form.
  public var variant: String
  /// RFC 3339; nil where the image does not say.
  public var created: String?
  public var settings: ContainerSettings
  /// Digests of the uncompressed layers, lowest first.
  public var diffIDs: [Digest]
  /// How the image was made, lowest layer first.
  public var history: [HistoryEntry] = []
  public var author = ""
  public var comment = ""
  /// Docker's: the program that made it.
  public var dockerVersion = ""
  public var osVersion = ""
  /// Docker's: id of the container that it was made from.
  public var container = ""
  /// Docker's: what that container was made of.
  public var containerConfig: ContainerSettings?

  public init(
    platform: Platform, created: String? = nil, settings: ContainerSettings = ContainerSettings(), diffIDs: [Digest]
  ) {
    self.platform = platform
    variant = platform.variant
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
    variant = try reader.string("variant") ?? ""
    platform = Platform(
      os: try reader.string("os") ?? "", architecture: try reader.string("architecture") ?? "", variant: variant)
    created = try reader.string("created")
    settings =
      try reader.reader("config").map { (config) throws(GantryError) in try ContainerSettings(config) }
      ?? ContainerSettings()
    author = try reader.string("author") ?? ""
    comment = try reader.string("comment") ?? ""
    dockerVersion = try reader.string("docker_version") ?? ""
    osVersion = try reader.string("os.version") ?? ""
    container = try reader.string("container") ?? ""
    containerConfig = try reader.reader("container_config")
      .map { (config) throws(GantryError) in try ContainerSettings(config) }
    for entry in try reader.readers("history") ?? [] { history.append(try HistoryEntry(entry)) }
    guard let rootfs = try reader.reader("rootfs") else { throw reader.failure("rootfs", "is missing") }
    guard try rootfs.string("type") ?? "layers" == "layers" else { throw rootfs.failure("type", "must be \"layers\"") }
    diffIDs = []
    for text in try rootfs.strings("diff_ids") ?? [] {
      do { diffIDs.append(try Digest(parsing: text)) } catch {
        throw rootfs.failure("diff_ids", "is wrong: \(error.message)")
      }
    }
  }

  /// Holds the configuration against the image's layers.
  ///
  /// - Parameters:
  ///   - layers: how many the image's manifest lists.
  ///   - name: what messages call the configuration.
  /// - Throws: `.invalidArgument` where they do not fit together.
  public func check(layers: Int, name: String) throws(GantryError) {
    guard diffIDs.count == layers else {
      throw GantryError(
        .invalidArgument,
        "\(name) is not valid: it lists \(diffIDs.count) diff_ids, and the image has \(layers) layers")
    }
    guard history.count(where: { !$0.isEmptyLayer }) <= layers else {
      throw GantryError(.invalidArgument, "\(name) is not valid: too many non-empty layers in History section")
    }
  }

  /// The document, the same bytes for the same value.
  public func serialized() -> [UInt8] {
    var object = JSONObject([])
    func add(_ key: String, _ text: String) { if !text.isEmpty { object[key] = .string(text) } }
    add("created", created ?? "")
    add("author", author)
    object["architecture"] = .string(platform.architecture)
    object["os"] = .string(platform.os)
    add("os.version", osVersion)
    add("variant", variant)
    add("comment", comment)
    add("container", container)
    if let containerConfig { object["container_config"] = containerConfig.json }
    add("docker_version", dockerVersion)
    object["config"] = settings.json
    if !history.isEmpty { object["history"] = .array(history.map(\.json)) }
    object["rootfs"] = .object(
      JSONObject([("type", "layers"), ("diff_ids", .array(diffIDs.map { .string($0.description) }))]))
    return JSONValue.object(object).serialized()
  }
}
