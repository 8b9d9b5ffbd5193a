import Errors
import JSON
import Messages

/// What a shim must know to go on with a process whose shim was killed, written when its command runs: the container's
/// first in `<bundle>/shim.json`, a further one in `<bundle>/exec-ID.json`. Only containers whose streams the shim keeps
/// have them.
package struct RecoveryRecord: Equatable, Sendable {
  static let fileName = "shim.json"
  private static let execPrefix = "exec-"
  private static let execSuffix = ".json"

  /// The file of a further process.
  static func fileName(ofExec id: String) -> String { execPrefix + id + execSuffix }

  /// Whether a file of the bundle is the record of a further process.
  static func isOfExec(_ name: String) -> Bool { name.hasPrefix(execPrefix) && name.hasSuffix(execSuffix) }

  /// The container's, or the further process's.
  var id: String
  var pid: Int32
  /// Tells the process from a later one with its number: clock ticks since boot, from /proc/PID/stat.
  var startTime: Int64
  var startedAtInNanoseconds: Int64
  var terminal: Bool
  var inputOnce: Bool
  var log: GantryShimV1.LogConfig?
  /// Inodes of the pipes that are its standard streams: input, output, error; 0 where there is none.
  var pipes: [Int64]

  package init(
    id: String, pid: Int32, startTime: Int64, startedAtInNanoseconds: Int64, terminal: Bool, inputOnce: Bool,
    log: GantryShimV1.LogConfig?, pipes: [Int64]
  ) {
    self.id = id
    self.pid = pid
    self.startTime = startTime
    self.startedAtInNanoseconds = startedAtInNanoseconds
    self.terminal = terminal
    self.inputOnce = inputOnce
    self.log = log
    self.pipes = pipes
  }

  /// - Throws: `.dataLoss` for a file that is damaged.
  package init(parsing bytes: [UInt8]) throws(GantryError) {
    let value = try JSONValue(parsing: bytes)
    guard let id = value["id"]?.string, let pid = value["pid"]?.integer.flatMap({ Int32(exactly: $0) }),
      let startTime = value["startTime"]?.integer, let startedAt = value["startedAt"]?.integer,
      let pipes = value["pipes"]?.array, pipes.count == 3
    else { throw GantryError(.dataLoss, "\(Self.fileName) is damaged; remove the container") }
    self.init(
      id: id, pid: pid, startTime: startTime, startedAtInNanoseconds: startedAt,
      terminal: value["terminal"]?.bool ?? false, inputOnce: value["inputOnce"]?.bool ?? false,
      log: value["log"].map { log in
        GantryShimV1.LogConfig(
          driver: log["driver"]?.string ?? "", path: log["path"]?.string ?? "",
          maxSizeInBytes: log["maxSize"]?.integer ?? 0, maxFiles: UInt32(clamping: log["maxFiles"]?.integer ?? 0))
      }, pipes: pipes.map { $0.integer ?? 0 })
  }

  package func serialized() -> [UInt8] {
    var object = JSONObject([
      ("id", .string(id)), ("pid", .integer(Int64(pid))), ("startTime", .integer(startTime)),
      ("startedAt", .integer(startedAtInNanoseconds)), ("terminal", .bool(terminal)),
      ("inputOnce", .bool(inputOnce)), ("pipes", .array(pipes.map(JSONValue.integer))),
    ])
    if let log {
      object["log"] = [
        "driver": .string(log.driver), "path": .string(log.path), "maxSize": .integer(log.maxSizeInBytes),
        "maxFiles": .integer(Int64(log.maxFiles)),
      ]
    }
    return JSONValue.object(object).serialized()
  }
}
