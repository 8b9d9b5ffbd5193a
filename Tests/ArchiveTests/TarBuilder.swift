/// Writes tars byte by byte, honest ones and others.
struct TarBuilder {
  private(set) var bytes: [UInt8] = []

  enum Kind: String {
    case file = "0"
    case hardLink = "1"
    case symbolicLink = "2"
    case characterDevice = "3"
    case blockDevice = "4"
    case directory = "5"
    case fifo = "6"
    case paxHeader = "x"
    case longName = "L"
  }

  mutating func add(
    _ name: String, _ kind: Kind = .file, _ content: [UInt8] = [], mode: Int = 0o644, owner: Int = 0, group: Int = 0,
    time: Int = 1_000_000_000, target: String = "", device: (Int, Int) = (0, 0), pax: [(String, [UInt8])] = [],
    size: Int? = nil
  ) {
    if !pax.isEmpty { addBlock("pax", .paxHeader, Self.records(pax), 0o644, 0, 0, time, "", (0, 0), nil) }
    addBlock(name, kind, content, mode, owner, group, time, target, device, size)
  }

  mutating func add(_ name: String, text: String) { add(name, .file, Array(text.utf8)) }

  /// The archive with its end.
  var finished: [UInt8] { bytes + [UInt8](repeating: 0, count: 1024) }

  private static func records(_ pax: [(String, [UInt8])]) -> [UInt8] {
    var records: [UInt8] = []
    for (key, value) in pax {
      let rest = key.utf8.count + value.count + 3
      var length = rest + 1
      while String(length).count + rest > length { length += 1 }
      records += Array("\(length) \(key)=".utf8) + value + [0x0A]
    }
    return records
  }

  private mutating func addBlock(
    _ name: String, _ kind: Kind, _ content: [UInt8], _ mode: Int, _ owner: Int, _ group: Int, _ time: Int,
    _ target: String, _ device: (Int, Int), _ size: Int?
  ) {
    var header = [UInt8](repeating: 0, count: 512)
    func put(_ text: some Sequence<UInt8>, _ offset: Int, _ limit: Int) {
      for (index, byte) in text.prefix(limit).enumerated() { header[offset + index] = byte }
    }
    func octal(_ value: Int, _ offset: Int, _ width: Int) {
      let digits = String(value, radix: 8)
      put((String(repeating: "0", count: max(0, width - 1 - digits.count)) + digits).utf8, offset, width - 1)
    }
    put(name.utf8, 0, 100)
    octal(mode, 100, 8)
    octal(owner, 108, 8)
    octal(group, 116, 8)
    octal(size ?? content.count, 124, 12)
    octal(time, 136, 12)
    put(kind.rawValue.utf8, 156, 1)
    put(target.utf8, 157, 100)
    put("ustar\0".utf8, 257, 6)
    put("00".utf8, 263, 2)
    octal(device.0, 329, 8)
    octal(device.1, 337, 8)
    for index in 148..<156 { header[index] = 0x20 }
    octal(header.reduce(0) { $0 + Int($1) }, 148, 7)
    header[155] = 0x20
    bytes += header + content
    bytes += [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
  }
}
