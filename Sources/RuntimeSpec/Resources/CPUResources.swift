import Errors
import JSON

/// Shares of the processors.
public struct CPUResources: SpecCodable, Equatable {
  public var shares: UInt64?
  /// Microseconds a period; -1 is no limit.
  public var quota: Int64?
  /// Microseconds.
  public var burst: UInt64?
  /// Microseconds.
  public var period: UInt64?
  /// Microseconds.
  public var realtimeRuntime: Int64?
  /// Microseconds.
  public var realtimePeriod: UInt64?
  /// Such as "0-3,7".
  public var cpus: String
  /// Memory nodes, such as "0".
  public var mems: String
  /// 1 is SCHED_IDLE.
  public var idle: Int64?

  public init(
    shares: UInt64? = nil,
    quota: Int64? = nil,
    burst: UInt64? = nil,
    period: UInt64? = nil,
    realtimeRuntime: Int64? = nil,
    realtimePeriod: UInt64? = nil,
    cpus: String = "",
    mems: String = "",
    idle: Int64? = nil
  ) {
    self.shares = shares
    self.quota = quota
    self.burst = burst
    self.period = period
    self.realtimeRuntime = realtimeRuntime
    self.realtimePeriod = realtimePeriod
    self.cpus = cpus
    self.mems = mems
    self.idle = idle
  }

  public init(reading reader: SpecReader) throws(GantryError) {
    shares = try reader.optional("shares")
    quota = try reader.optional("quota")
    burst = try reader.optional("burst")
    period = try reader.optional("period")
    realtimeRuntime = try reader.optional("realtimeRuntime")
    realtimePeriod = try reader.optional("realtimePeriod")
    cpus = try reader.value("cpus", default: "")
    mems = try reader.value("mems", default: "")
    idle = try reader.optional("idle")
  }

  public var json: JSONValue {
    SpecWriter.object {
      $0.put("shares", shares)
      $0.put("quota", quota)
      $0.put("burst", burst)
      $0.put("period", period)
      $0.put("realtimeRuntime", realtimeRuntime)
      $0.put("realtimePeriod", realtimePeriod)
      $0.put(nonEmpty: "cpus", cpus)
      $0.put(nonEmpty: "mems", mems)
      $0.put("idle", idle)
    }
  }
}
