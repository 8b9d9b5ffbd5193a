import Digests
import Errors
import JSON

/// A reference to a blob: its kind, digest and size.
///
/// - SeeAlso: OCI image-spec, descriptor.md.
public struct Descriptor: Sendable, Hashable {
  public var mediaType: MediaType
  public var digest: Digest
  /// In bytes.
  public var size: Int64
  /// In an index: what the image runs on.
  public var platform: Platform?
  public var annotations: [String: String]

  public init(
    mediaType: MediaType, digest: Digest, size: Int64, platform: Platform? = nil, annotations: [String: String] = [:]
  ) {
    self.mediaType = mediaType
    self.digest = digest
    self.size = size
    self.platform = platform
    self.annotations = annotations
  }

  init(_ reader: DocumentReader) throws(GantryError) {
    mediaType = MediaType(rawValue: try reader.string("mediaType") ?? "")
    guard let text = try reader.string("digest") else { throw reader.failure("digest", "is missing") }
    do { digest = try Digest(parsing: text) } catch { throw reader.failure("digest", "is wrong: \(error.message)") }
    guard let size = try reader.integer("size"), size >= 0 else {
      throw reader.failure("size", "must be a number of bytes")
    }
    self.size = size
    annotations = try reader.stringMap("annotations") ?? [:]
    if let platform = try reader.reader("platform") {
      self.platform = Platform(
        os: try platform.string("os") ?? "", architecture: try platform.string("architecture") ?? "",
        variant: try platform.string("variant") ?? "")
    }
  }

  var json: JSONValue {
    var object = JSONObject([
      ("mediaType", .string(mediaType.rawValue)), ("digest", .string(digest.description)), ("size", .integer(size)),
    ])
    if !annotations.isEmpty {
      object["annotations"] = .object(
        JSONObject(annotations.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
    }
    if let platform {
      var value = JSONObject([
        ("architecture", .string(platform.architecture)), ("os", .string(platform.os)),
      ])
      if !platform.variant.isEmpty { value["variant"] = .string(platform.variant) }
      object["platform"] = .object(value)
    }
    return .object(object)
  }
}
