import Errors
import JSON

/// Who a process runs as: numbers as seen inside the container.
public struct UserSpec: SpecCodable, Equatable {
  public var uid: UInt32
  public var gid: UInt32
  /// File mode creation mask; nil is 0022.
  public var umask: UInt32?
  /// Supplementary groups.
  public var additionalGids: [UInt32]
  /// Not used on Linux; see `Annotations.user`.
  public var username: String

  public init(
    uid: UInt32 = 0,
    gid: UInt32 = 0,
    umask: UInt32? = nil,
    additionalGids: [UInt32] = [],
    username: String = ""
  ) {
    self.uid = uid
    self.gid = gid
    self.umask = umask
    self.additionalGids = additionalGids
    self.username = username
  }

  public init(reading reader: SpecReader) throws(GantryError) {
    uid = try reader.value("uid", default: 0)
    gid = try reader.value("gid", default: 0)
    umask = try reader.optional("umask")
    additionalGids = try reader.value("additionalGids", default: [])
    username = try reader.value("username", default: "")
  }

  public var json: JSONValue {
    SpecWriter.object {
      $0.put("uid", uid)
      $0.put("gid", gid)
      $0.put("umask", umask)
      $0.put(nonEmpty: "additionalGids", additionalGids)
      $0.put(nonEmpty: "username", username)
    }
  }
}
