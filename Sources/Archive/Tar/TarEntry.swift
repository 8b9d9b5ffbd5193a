import CArchive
import Glibc

/// One entry of a tar: what libarchive made of its headers.
struct TarEntry {
  enum Kind: Equatable {
    case file
    case directory
    case symbolicLink
    case hardLink
    case characterDevice
    case blockDevice
    case fifo
    case other
  }

  let kind: Kind
  /// As the archive has it, without the closing 0.
  let rawName: [CChar]
  /// What a link points at, as the archive has it, without the closing 0.
  let rawTarget: [CChar]
  let size: Int64
  let permissions: mode_t
  let owner: uid_t
  let group: gid_t
  let device: dev_t
  let modified: timespec
  let attributes: [(name: String, value: [UInt8])]

  init(_ entry: OpaquePointer) {
    rawName = Self.bytes(archive_entry_pathname(entry))
    let hardLink = archive_entry_hardlink(entry)
    rawTarget = Self.bytes(hardLink ?? archive_entry_symlink(entry))
    kind = hardLink != nil ? .hardLink : Self.kind(archive_entry_filetype(entry))
    size = archive_entry_size(entry)
    permissions = archive_entry_perm(entry) & 0o7777
    owner = uid_t(truncatingIfNeeded: archive_entry_uid(entry))
    group = gid_t(truncatingIfNeeded: archive_entry_gid(entry))
    device = archive_entry_rdev(entry)
    modified = timespec(tv_sec: archive_entry_mtime(entry), tv_nsec: archive_entry_mtime_nsec(entry))
    attributes = Self.attributes(entry)
  }

  /// For a person.
  var nameText: String { EntryPath.text(rawName) }
  var targetText: String { EntryPath.text(rawTarget) }

  private static func bytes(_ pointer: UnsafePointer<CChar>?) -> [CChar] {
    guard let pointer else { return [] }
    return Array(UnsafeBufferPointer(start: pointer, count: strlen(pointer)))
  }

  private static func kind(_ type: mode_t) -> Kind {
    switch type & S_IFMT {
    case S_IFREG: .file
    case S_IFDIR: .directory
    case S_IFLNK: .symbolicLink
    case S_IFCHR: .characterDevice
    case S_IFBLK: .blockDevice
    case S_IFIFO: .fifo
    default: .other
    }
  }

  private static func attributes(_ entry: OpaquePointer) -> [(name: String, value: [UInt8])] {
    guard archive_entry_xattr_reset(entry) > 0 else { return [] }
    var attributes: [(name: String, value: [UInt8])] = []
    var name: UnsafePointer<CChar>?
    var value: UnsafeRawPointer?
    var count = 0
    while archive_entry_xattr_next(entry, &name, &value, &count) == ARCHIVE_OK {
      guard let name else { continue }
      attributes.append((String(cString: name), Array(UnsafeRawBufferPointer(start: value, count: count))))
    }
    return attributes
  }
}
