import Errors
import JSON

/// A range of user or group numbers.
public struct IDMapping: SpecCodable, Equatable {
  public var containerID: UInt32
  public var hostID: UInt32
  public var size: UInt32

  public init(
    containerID: UInt32 = 0,
    hostID: UInt32 = 0,
    size: UInt32 = 0
  ) {
    self.containerID = containerID
    self.hostID = hostID
    self.size = size
  }

  public init(reading reader: SpecReader) throws(GantryError) {
    containerID = try reader.value("containerID", default: 0)
    hostID = try reader.value("hostID", default: 0)
    size = try reader.value("size", default: 0)
  }

  public var json: JSONValue {
    SpecWriter.object {
      $0.put("containerID", containerID)
      $0.put("hostID", hostID)
      $0.put("size", size)
    }
  }
}
