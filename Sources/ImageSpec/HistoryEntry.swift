import Errors
import JSON

/// One step in the making of an image.
///
/// - SeeAlso: OCI image-spec, config.md, "history".
public struct HistoryEntry: Sendable, Equatable {
  /// RFC 3339; nil where the image does not say.
  public var created: String?
  /// The command that made it.
  public var createdBy: String
  public var author: String
  public var comment: String
  /// Whether the step made no layer.
  public var isEmptyLayer: Bool

  public init(
    created: String? = nil, createdBy: String = "", author: String = "", comment: String = "",
    isEmptyLayer: Bool = false
  ) {
    self.created = created
    self.createdBy = createdBy
    self.author = author
    self.comment = comment
    self.isEmptyLayer = isEmptyLayer
  }

  init(_ reader: DocumentReader) throws(GantryError) {
    self.init(
      created: try reader.string("created"), createdBy: try reader.string("created_by") ?? "",
      author: try reader.string("author") ?? "", comment: try reader.string("comment") ?? "",
      isEmptyLayer: try reader.bool("empty_layer") ?? false)
  }

  var json: JSONValue {
    var object = JSONObject()
    func add(_ key: String, _ text: String) { if !text.isEmpty { object[key] = .string(text) } }
    add("created", created ?? "")
    add("created_by", createdBy)
    add("author", author)
    add("comment", comment)
    if isEmptyLayer { object["empty_layer"] = true }
    return .object(object)
  }
}
