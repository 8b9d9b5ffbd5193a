/// Appends protobuf fields to bytes. Fields at their default are left out, as proto3 says.
enum ProtobufWriter {
  static func varint(_ value: UInt64, to bytes: inout [UInt8]) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  static func integer(_ number: UInt8, _ value: Int64, to bytes: inout [UInt8]) {
    guard value != 0 else { return }
    bytes.append(number << 3)
    varint(UInt64(bitPattern: value), to: &bytes)
  }

  static func chunk(_ number: UInt8, _ value: [UInt8], to bytes: inout [UInt8]) {
    guard !value.isEmpty else { return }
    bytes.append(number << 3 | 2)
    varint(UInt64(value.count), to: &bytes)
    bytes += value
  }

  static func string(_ number: UInt8, _ value: String, to bytes: inout [UInt8]) {
    guard !value.utf8.isEmpty else { return }
    bytes.append(number << 3 | 2)
    varint(UInt64(value.utf8.count), to: &bytes)
    bytes += value.utf8
  }

  /// How many bytes `varint` writes.
  static func length(ofVarint value: Int) -> Int { (63 - UInt64(value | 1).leadingZeroBitCount) / 7 + 1 }

  /// How many bytes `string` writes for a non-empty value with a field number below 16.
  static func length(ofString value: String) -> Int {
    let count = value.utf8.count
    return count == 0 ? 0 : 1 + length(ofVarint: count) + count
  }
}
