import Errors
import JSON

/// The root file system.
public struct RootSpec: SpecCodable, Equatable {
  /// Absolute, or relative to the bundle.
  public var path: String
  public var readonly: Bool

  public init(
    path: String = "rootfs",
    readonly: Bool = false
  ) {
    self.path = path
    self.readonly = readonly
  }

  public init(reading reader: SpecReader) throws(GantryError) {
    path = try reader.value("path", default: "rootfs")
    readonly = try reader.value("readonly", default: false)
  }

  public var json: JSONValue {
    SpecWriter.object {
      $0.put("path", path)
      $0.put(set: "readonly", readonly)
    }
  }
}
