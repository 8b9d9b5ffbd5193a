import Errors
import JSON

/// Allows or denies access to devices.
public struct DeviceRule: SpecCodable, Equatable {
  public var allow: Bool
  /// "a", "c" or "b"; "" is "a".
  public var type: String
  /// nil or -1 is any.
  public var major: Int64?
  /// nil or -1 is any.
  public var minor: Int64?
  /// Letters of "rwm"; "" is all.
  public var access: String

  public init(
    allow: Bool = false,
    type: String = "",
    major: Int64? = nil,
    minor: Int64? = nil,
    access: String = ""
  ) {
    self.allow = allow
    self.type = type
    self.major = major
    self.minor = minor
    self.access = access
  }

  public init(reading reader: SpecReader) throws(GantryError) {
    allow = try reader.value("allow", default: false)
    type = try reader.value("type", default: "")
    major = try reader.optional("major")
    minor = try reader.optional("minor")
    access = try reader.value("access", default: "")
  }

  public var json: JSONValue {
    SpecWriter.object {
      $0.put("allow", allow)
      $0.put(nonEmpty: "type", type)
      $0.put("major", major)
      $0.put("minor", minor)
      $0.put(nonEmpty: "access", access)
    }
  }
}
