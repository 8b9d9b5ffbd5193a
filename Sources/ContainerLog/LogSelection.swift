/// Which entries of a log are wanted.
public struct LogSelection: Sendable, Equatable {
  /// Only the last so many, counted before `since` and `until` are looked at, as Docker does; nil is all.
  public var tail: Int?
  /// Nothing older.
  public var since: LogTimestamp?
  /// Nothing younger.
  public var until: LogTimestamp?
  /// Whether to go on with what is written later.
  public var follow: Bool

  public init(tail: Int? = nil, since: LogTimestamp? = nil, until: LogTimestamp? = nil, follow: Bool = false) {
    self.tail = tail
    self.since = since
    self.until = until
    self.follow = follow
  }
}
