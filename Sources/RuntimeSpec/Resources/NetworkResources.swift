import Errors
import JSON

/// Class and priorities of network traffic (cgroup v1).
public struct NetworkResources: SpecCodable, Equatable {
  public var classID: UInt32?
  public var priorities: [NetworkPriority]

  public init(
    classID: UInt32? = nil,
    priorities: [NetworkPriority] = []
  ) {
    self.classID = classID
    self.priorities = priorities
  }

  public init(reading reader: SpecReader) throws(GantryError) {
    classID = try reader.optional("classID")
    priorities = try reader.value("priorities", default: [])
  }

  public var json: JSONValue {
    SpecWriter.object {
      $0.put("classID", classID)
      $0.put(nonEmpty: "priorities", priorities)
    }
  }
}
