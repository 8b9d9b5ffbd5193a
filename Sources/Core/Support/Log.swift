import Glibc
import Linux

/// The supervisor's own log: one line an event on standard error, time first.
///
/// Each line is one write(2), so lines of several threads never mix. Safe to use from anywhere.
public struct Log: Sendable {
  /// How much a line matters.
  public enum Level: String, Sendable, Comparable, CaseIterable {
    case debug, info, warning, error

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    public static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }
  }

  /// What the lines are about: "gantryd", "plugin content-local".
  public let subject: String
  private let least: Level
  private let write: @Sendable (String) -> Void

  /// - Parameters:
  ///   - least: lines below this level are left out.
  ///   - write: takes each finished line, newline included; standard error by default.
  public init(
    subject: String, least: Level = .info, write: @escaping @Sendable (String) -> Void = Log.standardError
  ) {
    self.subject = subject
    self.least = least
    self.write = write
  }

  /// The same log with another subject.
  public func about(_ subject: String) -> Log { Log(subject: subject, least: least, write: write) }

  public func debug(_ text: @autoclosure () -> String) { line(.debug, text) }
  public func info(_ text: @autoclosure () -> String) { line(.info, text) }
  public func warning(_ text: @autoclosure () -> String) { line(.warning, text) }
  public func error(_ text: @autoclosure () -> String) { line(.error, text) }

  /// Writes one line; line breaks in `text` become spaces.
  public func line(_ level: Level, _ text: () -> String) {
    guard level >= least else { return }
    let flat = String(text().map { $0.isNewline ? " " : $0 })
    write("\(Self.now()) \(level.rawValue) \(subject): \(flat)\n")
  }

  /// Writes to standard error.
  public static let standardError: @Sendable (String) -> Void = { line in
    var line = line
    line.withUTF8 { _ = Glibc.write(2, $0.baseAddress, $0.count) }
  }

  private static func now() -> String {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    var parts = tm()
    gmtime_r(&time.tv_sec, &parts)
    func padded(_ value: Int, _ width: Int) -> String {
      let digits = String(value)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    let date = "\(parts.tm_year + 1900)-\(padded(Int(parts.tm_mon) + 1, 2))-\(padded(Int(parts.tm_mday), 2))"
    let clock = "\(padded(Int(parts.tm_hour), 2)):\(padded(Int(parts.tm_min), 2)):\(padded(Int(parts.tm_sec), 2))"
    return "\(date)T\(clock).\(padded(time.tv_nsec / 1_000_000, 3))Z"
  }
}
