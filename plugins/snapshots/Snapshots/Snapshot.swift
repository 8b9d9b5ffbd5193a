import Messages

/// What is known of one snapshot.
public struct Snapshot: Sendable, Equatable {
  public enum Kind: String, Sendable {
    case view
    case active
    case committed
  }

  /// Key of an active one or a view, name of a committed one: one space of names.
  public var key: String
  /// Name of the committed snapshot it stands on; "" where it stands on none.
  public var parent: String
  public var kind: Kind
  /// Number of its directory.
  public var id: UInt64
  public var createdAt: GoogleProtobuf.Timestamp
  public var updatedAt: GoogleProtobuf.Timestamp
  public var labels: [String: String]
  /// Of a committed one: what it takes, without its parents.
  public var usage: SnapshotUsage

  /// Whether what is written into it need not survive a crash of the machine, so that nobody waits for the disk when it is
  /// unmounted.
  public var isVolatile: Bool { labels[ContainerdServicesSnapshotsV1.volatileLabel] != nil }
}

/// What a snapshot takes on the disk.
public struct SnapshotUsage: Sendable, Equatable {
  /// In bytes.
  public var size: Int64
  public var inodes: Int64

  public init(size: Int64 = 0, inodes: Int64 = 0) {
    self.size = size
    self.inodes = inodes
  }
}
