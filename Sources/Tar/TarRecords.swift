/// The pax records that an entry needs because ustar has no room for what they say.
struct TarRecords {
  private(set) var bytes: [UInt8] = []

  var isEmpty: Bool { bytes.isEmpty }

  init(_ header: TarHeader, path: [UInt8]) {
    let needsPath = TarBlock.split(path) == nil || !Self.isPlain(path)
    let needsTarget = header.target.count > TarBlock.maximumNameLength || !Self.isPlain(header.target)
    if needsPath && !Self.isText(path) || needsTarget && !Self.isText(header.target) {
      add("hdrcharset", Array("BINARY".utf8))
    }
    if needsPath { add("path", path) }
    if needsTarget { add("linkpath", header.target) }
    if !TarBlock.fits(UInt64(max(0, header.size)), digits: 11) { add("size", header.size) }
    if !TarBlock.fits(UInt64(header.owner), digits: 7) { add("uid", Int64(header.owner)) }
    if !TarBlock.fits(UInt64(header.group), digits: 7) { add("gid", Int64(header.group)) }
    if header.modified < 0 || !TarBlock.fits(UInt64(header.modified), digits: 11) { add("mtime", header.modified) }
    for attribute in header.attributes.sorted(by: { $0.name < $1.name }) {
      add("SCHILY.xattr.\(attribute.name)", attribute.value)
    }
  }

  private static func isPlain(_ bytes: [UInt8]) -> Bool { bytes.allSatisfy { $0 < 0x80 } }
  private static func isText(_ bytes: [UInt8]) -> Bool { String(validating: bytes, as: UTF8.self) != nil }

  private mutating func add(_ key: String, _ value: Int64) { add(key, Array(String(value).utf8)) }

  /// "LENGTH KEY=VALUE\n", the length counting itself.
  private mutating func add(_ key: String, _ value: [UInt8]) {
    let rest = key.utf8.count + value.count + 3
    var length = rest + 1
    while rest + String(length).count != length { length = rest + String(length).count }
    bytes += Array("\(length) \(key)=".utf8) + value + [UInt8(ascii: "\n")]
  }
}
