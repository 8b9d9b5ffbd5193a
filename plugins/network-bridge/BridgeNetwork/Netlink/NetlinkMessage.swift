import Glibc

/// One message to the kernel's routing socket, built up in place (netlink(7), rtnetlink(7)).
struct NetlinkMessage {
  private(set) var bytes: [UInt8]

  /// Starts with the header; length and sequence number are filled in when it is sent.
  init(type: UInt16, flags: UInt16) {
    bytes = [UInt8](repeating: 0, count: 16)
    store(type, at: 4)
    store(flags, at: 6)
  }

  /// Appends a fixed structure such as `ifinfomsg`.
  mutating func append<Value: BitwiseCopyable>(_ value: Value) {
    withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) }
    pad()
  }

  /// Appends an attribute that holds bytes.
  mutating func attribute(_ type: UInt16, _ payload: some Collection<UInt8>) {
    append16(UInt16(4 + payload.count))
    append16(type)
    bytes.append(contentsOf: payload)
    pad()
  }

  mutating func attribute(_ type: UInt16, _ value: UInt32) {
    attribute(type, withUnsafeBytes(of: value) { Array($0) })
  }

  /// Appends an attribute that holds text, ended by a zero byte.
  mutating func attribute(_ type: UInt16, _ text: String) {
    attribute(type, Array(text.utf8) + [0])
  }

  /// Appends an attribute that holds attributes.
  mutating func nested(_ type: UInt16, _ body: (inout NetlinkMessage) -> Void) {
    let start = bytes.count
    append16(0)
    append16(type)
    body(&self)
    store(UInt16(bytes.count - start), at: start)
    pad()
  }

  /// The finished message.
  func finished(sequence: UInt32) -> [UInt8] {
    var copy = self
    copy.store(UInt32(bytes.count), at: 0)
    copy.store(sequence, at: 8)
    return copy.bytes
  }

  private mutating func append16(_ value: UInt16) {
    withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) }
  }

  private mutating func store<Value: BitwiseCopyable>(_ value: Value, at offset: Int) {
    bytes.withUnsafeMutableBytes { $0.storeBytes(of: value, toByteOffset: offset, as: Value.self) }
  }

  private mutating func pad() {
    while bytes.count % 4 != 0 { bytes.append(0) }
  }
}
