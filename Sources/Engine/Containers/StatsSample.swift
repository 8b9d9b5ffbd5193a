import Errors
import Glibc
import Linux
import Messages

/// A container's figures at one moment, whatever cgroup layout they come from.
package struct StatsSample: Sendable, Equatable {
  /// Nanoseconds of processor time.
  package var processorTime: UInt64 = 0
  /// Nanoseconds of the whole machine's processor time, busy or not.
  package var systemTime: UInt64 = 0
  package var memoryUsage: UInt64 = 0
  package var memoryLimit: UInt64 = 0
  package var networkReceived: UInt64 = 0
  package var networkSent: UInt64 = 0
  package var blockRead: UInt64 = 0
  package var blockWritten: UInt64 = 0
  package var pids: UInt64 = 0

  package init() {}

  /// - Throws: `.unimplemented` where the figures are of a kind this version does not know.
  package init(_ any: GoogleProtobuf.AnyMessage, host: HostFacts) throws(GantryError) {
    if any.isA(IoContainerdCgroupsV1.Metrics.self) {
      self.init(try any.unpack(IoContainerdCgroupsV1.Metrics.self))
    } else if any.isA(IoContainerdCgroupsV2.Metrics.self) {
      self.init(try any.unpack(IoContainerdCgroupsV2.Metrics.self))
    } else {
      throw GantryError(.unimplemented, "the shim sends figures of the unknown kind \(any.typeUrl)")
    }
    let all = UInt64(host.memoryInBytes)
    if memoryLimit == 0 || memoryLimit > all { memoryLimit = all }
  }

  private init(_ metrics: IoContainerdCgroupsV1.Metrics) {
    processorTime = metrics.cpu?.usage?.total ?? 0
    let usage = metrics.memory?.usage?.usage ?? 0
    let cache = metrics.memory?.totalInactiveFile ?? 0
    memoryUsage = usage > cache ? usage - cache : usage
    memoryLimit = metrics.memory?.usage?.limit ?? 0
    for entry in metrics.blkio?.ioServiceBytesRecursive ?? [] {
      switch entry.op.lowercased() {
      case "read": blockRead += entry.value
      case "write": blockWritten += entry.value
      default: break
      }
    }
    pids = metrics.pids?.current ?? 0
    for link in metrics.network { add(received: link.rxBytes, sent: link.txBytes) }
  }

  private init(_ metrics: IoContainerdCgroupsV2.Metrics) {
    processorTime = (metrics.cpu?.usageUsec ?? 0) &* 1000
    let usage = metrics.memory?.usage ?? 0
    let cache = metrics.memory?.inactiveFile ?? 0
    memoryUsage = usage > cache ? usage - cache : usage
    memoryLimit = metrics.memory?.usageLimit ?? 0
    for entry in metrics.io?.usage ?? [] {
      blockRead += entry.rbytes
      blockWritten += entry.wbytes
    }
    pids = metrics.pids?.current ?? 0
    for link in metrics.network { add(received: link.rxBytes, sent: link.txBytes) }
  }

  private mutating func add(received: UInt64, sent: UInt64) {
    networkReceived &+= received
    networkSent &+= sent
  }

  /// Adds what /proc/<pid>/net/dev counts, the loopback link left out.
  package mutating func addLinks(_ text: String) {
    for line in text.split(separator: "\n") {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let name = line[..<colon].split(whereSeparator: \.isWhitespace).first ?? ""
      let fields = line[line.index(after: colon)...].split(whereSeparator: \.isWhitespace)
      guard name != "lo", fields.count >= 9 else { continue }
      add(received: UInt64(fields[0]) ?? 0, sent: UInt64(fields[8]) ?? 0)
    }
  }

  /// Percent of one processor times 100 between two samples, as Docker's CLI reckons.
  package func processorPercentTimes100(since earlier: StatsSample, processors: Int) -> UInt64 {
    guard processorTime > earlier.processorTime, systemTime > earlier.systemTime else { return 0 }
    let share = Double(processorTime - earlier.processorTime) / Double(systemTime - earlier.systemTime)
    return UInt64((share * Double(processors) * 100 * 100).rounded())
  }
}
