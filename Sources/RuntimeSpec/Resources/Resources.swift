import Errors
import JSON

/// What a container may use: `linux.resources` of the specification.
public struct Resources: SpecCodable, Equatable {
  public var devices: [DeviceRule]
  public var memory: MemoryResources?
  public var cpu: CPUResources?
  public var pids: PidsResources?
  public var blockIO: BlockIOResources?
  public var hugepageLimits: [HugepageLimit]
  public var network: NetworkResources?
  public var rdma: [String: RdmaLimit]
  /// cgroup v2 files and what to write into them.
  public var unified: [String: String]

  public init(
    devices: [DeviceRule] = [],
    memory: MemoryResources? = nil,
    cpu: CPUResources? = nil,
    pids: PidsResources? = nil,
    blockIO: BlockIOResources? = nil,
    hugepageLimits: [HugepageLimit] = [],
    network: NetworkResources? = nil,
    rdma: [String: RdmaLimit] = [:],
    unified: [String: String] = [:]
  ) {
    self.devices = devices
    self.memory = memory
    self.cpu = cpu
    self.pids = pids
    self.blockIO = blockIO
    self.hugepageLimits = hugepageLimits
    self.network = network
    self.rdma = rdma
    self.unified = unified
  }

  public init(reading reader: SpecReader) throws(GantryError) {
    devices = try reader.value("devices", default: [])
    memory = try reader.optional("memory")
    cpu = try reader.optional("cpu")
    pids = try reader.optional("pids")
    blockIO = try reader.optional("blockIO")
    hugepageLimits = try reader.value("hugepageLimits", default: [])
    network = try reader.optional("network")
    rdma = try reader.value("rdma", default: [:])
    unified = try reader.value("unified", default: [:])
  }

  public var json: JSONValue {
    SpecWriter.object {
      $0.put(nonEmpty: "devices", devices)
      $0.put("memory", memory)
      $0.put("cpu", cpu)
      $0.put("pids", pids)
      $0.put("blockIO", blockIO)
      $0.put(nonEmpty: "hugepageLimits", hugepageLimits)
      $0.put("network", network)
      $0.put(nonEmpty: "rdma", rdma)
      $0.put(nonEmpty: "unified", unified)
    }
  }
}
