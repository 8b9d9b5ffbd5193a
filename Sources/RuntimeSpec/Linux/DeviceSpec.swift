import Errors
import JSON

/// A device node in the container.
public struct DeviceSpec: SpecCodable, Equatable {
  /// Absolute path in the container.
  public var path: String
  /// "c", "u", "b" or "p".
  public var type: String
  public var major: Int64
  public var minor: Int64
  public var fileMode: UInt32?
  public var uid: UInt32?
  public var gid: UInt32?

  public init(
    path: String,
    type: String,
    major: Int64 = 0,
    minor: Int64 = 0,
    fileMode: UInt32? = nil,
    uid: UInt32? = nil,
    gid: UInt32? = nil
  ) {
    self.path = path
    self.type = type
    self.major = major
    self.minor = minor
    self.fileMode = fileMode
    self.uid = uid
    self.gid = gid
  }

  public init(reading reader: SpecReader) throws(GantryError) {
    path = try reader.required("path")
    type = try reader.required("type")
    major = try reader.value("major", default: 0)
    minor = try reader.value("minor", default: 0)
    fileMode = try reader.optional("fileMode")
    uid = try reader.optional("uid")
    gid = try reader.optional("gid")
  }

  public var json: JSONValue {
    SpecWriter.object {
      $0.put("path", path)
      $0.put("type", type)
      $0.put("major", major)
      $0.put("minor", minor)
      $0.put("fileMode", fileMode)
      $0.put("uid", uid)
      $0.put("gid", gid)
    }
  }
}
