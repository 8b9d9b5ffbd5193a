import Errors
import JSON

/// Shares and rates of block devices.
public struct BlockIOResources: SpecCodable, Equatable {
  /// 10 to 1000.
  public var weight: UInt16?
  public var leafWeight: UInt16?
  public var weightDevice: [DeviceWeight]
  /// Bytes a second.
  public var throttleReadBpsDevice: [DeviceThrottle]
  /// Bytes a second.
  public var throttleWriteBpsDevice: [DeviceThrottle]
  /// Operations a second.
  public var throttleReadIOPSDevice: [DeviceThrottle]
  /// Operations a second.
  public var throttleWriteIOPSDevice: [DeviceThrottle]

  public init(
    weight: UInt16? = nil,
    leafWeight: UInt16? = nil,
    weightDevice: [DeviceWeight] = [],
    throttleReadBpsDevice: [DeviceThrottle] = [],
    throttleWriteBpsDevice: [DeviceThrottle] = [],
    throttleReadIOPSDevice: [DeviceThrottle] = [],
    throttleWriteIOPSDevice: [DeviceThrottle] = []
  ) {
    self.weight = weight
    self.leafWeight = leafWeight
    self.weightDevice = weightDevice
    self.throttleReadBpsDevice = throttleReadBpsDevice
    self.throttleWriteBpsDevice = throttleWriteBpsDevice
    self.throttleReadIOPSDevice = throttleReadIOPSDevice
    self.throttleWriteIOPSDevice = throttleWriteIOPSDevice
  }

  public init(reading reader: SpecReader) throws(GantryError) {
    weight = try reader.optional("weight")
    leafWeight = try reader.optional("leafWeight")
    weightDevice = try reader.value("weightDevice", default: [])
    throttleReadBpsDevice = try reader.value("throttleReadBpsDevice", default: [])
    throttleWriteBpsDevice = try reader.value("throttleWriteBpsDevice", default: [])
    throttleReadIOPSDevice = try reader.value("throttleReadIOPSDevice", default: [])
    throttleWriteIOPSDevice = try reader.value("throttleWriteIOPSDevice", default: [])
  }

  public var json: JSONValue {
    SpecWriter.object {
      $0.put("weight", weight)
      $0.put("leafWeight", leafWeight)
      $0.put(nonEmpty: "weightDevice", weightDevice)
      $0.put(nonEmpty: "throttleReadBpsDevice", throttleReadBpsDevice)
      $0.put(nonEmpty: "throttleWriteBpsDevice", throttleWriteBpsDevice)
      $0.put(nonEmpty: "throttleReadIOPSDevice", throttleReadIOPSDevice)
      $0.put(nonEmpty: "throttleWriteIOPSDevice", throttleWriteIOPSDevice)
    }
  }
}
