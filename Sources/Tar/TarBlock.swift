/// The one block of a ustar header. What does not fit stands in the pax records before it and is cut here.
struct TarBlock {
  private(set) var bytes = [UInt8](repeating: 0, count: TarHeader.blockSize)

  static let maximumNameLength = 100
  static let maximumPrefixLength = 155

  init(_ header: TarHeader, path: [UInt8], type: UInt8? = nil) {
    let (prefix, name) = Self.split(path) ?? ([], Array(path.prefix(Self.maximumNameLength)))
    put(name, at: 0)
    octal(UInt64(header.permissions & 0o7777), at: 100, digits: 7)
    octal(Self.fits(UInt64(header.owner), digits: 7) ? UInt64(header.owner) : 0, at: 108, digits: 7)
    octal(Self.fits(UInt64(header.group), digits: 7) ? UInt64(header.group) : 0, at: 116, digits: 7)
    let size = UInt64(max(0, header.size))
    octal(Self.fits(size, digits: 11) ? size : 0, at: 124, digits: 11)
    let time = UInt64(max(0, header.modified))
    octal(Self.fits(time, digits: 11) ? time : 0, at: 136, digits: 11)
    bytes[156] = type ?? header.kind.rawValue
    put(Array(header.target.prefix(Self.maximumNameLength)), at: 157)
    put(Array("ustar".utf8), at: 257)
    put(Array("00".utf8), at: 263)
    if header.kind == .characterDevice || header.kind == .blockDevice {
      octal(UInt64(header.deviceMajor), at: 329, digits: 7)
      octal(UInt64(header.deviceMinor), at: 337, digits: 7)
    }
    put(prefix, at: 345)
    putChecksum()
  }

  /// A path in the two parts that ustar has for it; nil where it does not fit.
  static func split(_ path: [UInt8]) -> (prefix: [UInt8], name: [UInt8])? {
    if path.count <= maximumNameLength { return ([], path) }
    let slash = UInt8(ascii: "/")
    // The name keeps its own slash at the end; the cut lies before that.
    let last = path.count - 1
    guard
      let cut = path.indices.first(where: { index in
        path[index] == slash && index < last && index > 0 && path.count - index - 1 <= maximumNameLength
      }), cut <= maximumPrefixLength
    else { return nil }
    return (Array(path[..<cut]), Array(path[(cut + 1)...]))
  }

  static func fits(_ value: UInt64, digits: Int) -> Bool { value < UInt64(1) << (3 * digits) }

  private mutating func put(_ value: [UInt8], at offset: Int) {
    bytes.replaceSubrange(offset..<offset + value.count, with: value)
  }

  private mutating func octal(_ value: UInt64, at offset: Int, digits: Int) {
    let text = String(value, radix: 8)
    put(Array((String(repeating: "0", count: max(0, digits - text.count)) + text).utf8), at: offset)
  }

  private mutating func putChecksum() {
    put([UInt8](repeating: UInt8(ascii: " "), count: 8), at: 148)
    let sum = bytes.reduce(UInt64(0)) { $0 + UInt64($1) }
    octal(sum, at: 148, digits: 6)
    bytes[154] = 0
  }
}
