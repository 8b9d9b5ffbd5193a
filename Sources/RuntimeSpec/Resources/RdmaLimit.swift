import Errors
import JSON

/// A limit of an RDMA device.
public struct RdmaLimit: SpecCodable, Equatable {
  public var hcaHandles: UInt32?
  public var hcaObjects: UInt32?

  public init(
    hcaHandles: UInt32? = nil,
    hcaObjects: UInt32? = nil
  ) {
    self.hcaHandles = hcaHandles
    self.hcaObjects = hcaObjects
  }

  public init(reading reader: SpecReader) throws(GantryError) {
    hcaHandles = try reader.optional("hcaHandles")
    hcaObjects = try reader.optional("hcaObjects")
  }

  public var json: JSONValue {
    SpecWriter.object {
      $0.put("hcaHandles", hcaHandles)
      $0.put("hcaObjects", hcaObjects)
    }
  }
}
