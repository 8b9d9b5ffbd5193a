/// One message of the kernel's answer: its fixed part and its attributes.
struct NetlinkReply {
  let type: UInt16
  let payload: [UInt8]

  /// The attributes behind a fixed part of `headerSize` bytes; what does not fit the message is left out.
  func attributes(after headerSize: Int) -> [UInt16: [UInt8]] {
    var found: [UInt16: [UInt8]] = [:]
    var offset = (headerSize + 3) & ~3
    while offset + 4 <= payload.count {
      let length = Int(integer(at: offset, as: UInt16.self))
      guard length >= 4, offset + length <= payload.count else { break }
      // The two highest bits are flags (nested, network byte order).
      found[integer(at: offset + 2, as: UInt16.self) & 0x3FFF] = Array(payload[offset + 4..<offset + length])
      offset += (length + 3) & ~3
    }
    return found
  }

  /// A number of the fixed part; 0 where the message is too short.
  func integer<Value: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as: Value.Type) -> Value {
    guard offset >= 0, offset + MemoryLayout<Value>.size <= payload.count else { return 0 }
    return payload.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Value.self) }
  }
}
