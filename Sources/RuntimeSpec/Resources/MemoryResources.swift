import Errors
import JSON

/// Limits of memory, in bytes; -1 is no limit.
public struct MemoryResources: SpecCodable, Equatable {
  public var limit: Int64?
  public var reservation: Int64?
  /// Memory and swap together.
  public var swap: Int64?
  public var kernel: Int64?
  public var kernelTCP: Int64?
  /// 0 to 100.
  public var swappiness: UInt64?
  public var disableOOMKiller: Bool?
  public var useHierarchy: Bool?
  public var checkBeforeUpdate: Bool?

  public init(
    limit: Int64? = nil,
    reservation: Int64? = nil,
    swap: Int64? = nil,
    kernel: Int64? = nil,
    kernelTCP: Int64? = nil,
    swappiness: UInt64? = nil,
    disableOOMKiller: Bool? = nil,
    useHierarchy: Bool? = nil,
    checkBeforeUpdate: Bool? = nil
  ) {
    self.limit = limit
    self.reservation = reservation
    self.swap = swap
    self.kernel = kernel
    self.kernelTCP = kernelTCP
    self.swappiness = swappiness
    self.disableOOMKiller = disableOOMKiller
    self.useHierarchy = useHierarchy
    self.checkBeforeUpdate = checkBeforeUpdate
  }

  public init(reading reader: SpecReader) throws(GantryError) {
    limit = try reader.optional("limit")
    reservation = try reader.optional("reservation")
    swap = try reader.optional("swap")
    kernel = try reader.optional("kernel")
    kernelTCP = try reader.optional("kernelTCP")
    swappiness = try reader.optional("swappiness")
    disableOOMKiller = try reader.optional("disableOOMKiller")
    useHierarchy = try reader.optional("useHierarchy")
    checkBeforeUpdate = try reader.optional("checkBeforeUpdate")
  }

  public var json: JSONValue {
    SpecWriter.object {
      $0.put("limit", limit)
      $0.put("reservation", reservation)
      $0.put("swap", swap)
      $0.put("kernel", kernel)
      $0.put("kernelTCP", kernelTCP)
      $0.put("swappiness", swappiness)
      $0.put("disableOOMKiller", disableOOMKiller)
      $0.put("useHierarchy", useHierarchy)
      $0.put("checkBeforeUpdate", checkBeforeUpdate)
    }
  }
}
