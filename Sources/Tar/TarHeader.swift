/// The header of one entry of a tar archive: POSIX ustar, with pax records before it where that has no room.
///
/// The same value always gives the same bytes: no user names, times in whole seconds. Any reader of the last
/// thirty years understands it.
///
/// - SeeAlso: POSIX.1-2001, pax, "ustar Interchange Format" and "pax Extended Header".
public struct TarHeader: Sendable, Equatable {
  /// What an entry is.
  public enum Kind: UInt8, Sendable {
    case file = 0x30
    case hardLink = 0x31
    case symbolicLink = 0x32
    case characterDevice = 0x33
    case blockDevice = 0x34
    case directory = 0x35
    case fifo = 0x36
  }

  /// An extended attribute.
  public struct Attribute: Sendable, Equatable {
    public var name: String
    public var value: [UInt8]

    public init(name: String, value: [UInt8]) {
      self.name = name
      self.value = value
    }
  }

  public var kind: Kind
  /// Path within the archive, bytes; a directory's needs no slash at its end.
  public var name: [UInt8]
  /// What a link points at.
  public var target: [UInt8] = []
  /// Permissions with the set-id and sticky bits.
  public var permissions: UInt32
  public var owner: UInt32 = 0
  public var group: UInt32 = 0
  /// Bytes of a file's content; 0 for everything else.
  public var size: Int64 = 0
  /// Seconds since 1970.
  public var modified: Int64 = 0
  public var deviceMajor: UInt32 = 0
  public var deviceMinor: UInt32 = 0
  public var attributes: [Attribute] = []

  /// Length of the blocks a tar consists of.
  public static let blockSize = 512
  /// What ends an archive.
  public static let end = [UInt8](repeating: 0, count: 2 * blockSize)

  public init(_ kind: Kind, name: [UInt8], permissions: UInt32) {
    self.kind = kind
    self.name = name
    self.permissions = permissions
  }

  public init(_ kind: Kind, name: String, permissions: UInt32) {
    self.init(kind, name: Array(name.utf8), permissions: permissions)
  }

  /// How many zeros follow a content of `size` bytes.
  public static func padding(after size: Int64) -> Int {
    let rest = Int(size % Int64(blockSize))
    return rest == 0 ? 0 : blockSize - rest
  }

  /// The header's blocks; the content, padded to whole blocks, follows.
  public func serialized() -> [UInt8] {
    let path = kind == .directory && name.last != UInt8(ascii: "/") ? name + [UInt8(ascii: "/")] : name
    let records = TarRecords(self, path: path)
    guard !records.isEmpty else { return TarBlock(self, path: path).bytes }
    let content = records.bytes
    var extended = TarHeader(.file, name: Self.extendedName(path), permissions: 0)
    extended.size = Int64(content.count)
    let padding = [UInt8](repeating: 0, count: Self.padding(after: extended.size))
    return TarBlock(extended, path: extended.name, type: UInt8(ascii: "x")).bytes + content + padding
      + TarBlock(self, path: path).bytes
  }

  /// "dir/PaxHeaders.0/name", cut to what ustar has room for.
  private static func extendedName(_ path: [UInt8]) -> [UInt8] {
    let parts = path.split(separator: UInt8(ascii: "/"))
    let last = Array((parts.last ?? []).prefix(80))
    let directory = Array(parts.dropLast().joined(separator: [UInt8(ascii: "/")]))
    let name = Array("PaxHeaders.0/".utf8) + last
    let whole = directory.isEmpty ? name : directory + [UInt8(ascii: "/")] + name
    return whole.count <= 100 ? whole : name
  }
}
