/// One record of the log: a line, or a piece of one that was longer than 16 KiB or had no end.
public struct LogEntry: Sendable, Equatable {
  /// What the process wrote, its newline included where there was one.
  public var log: [UInt8]
  public var stream: LogStream
  public var time: LogTimestamp

  public init(log: [UInt8], stream: LogStream, time: LogTimestamp) {
    self.log = log
    self.stream = stream
    self.time = time
  }
}
