/// The ten bytes before each payload: length, stream and (big endian), type, flags.
package struct FrameHeader: Sendable, Equatable {
  package static let size = 10

  /// What a frame is. Values that are not named here are to be ignored.
  package struct Kind: RawRepresentable, Sendable, Hashable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let request = Kind(rawValue: 1)
    package static let response = Kind(rawValue: 2)
    package static let data = Kind(rawValue: 3)
  }

  package struct Flags: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The sender sends no more on this stream.
    package static let remoteClosed = Flags(rawValue: 0x01)
    /// The sender will send Data on this stream.
    package static let remoteOpen = Flags(rawValue: 0x02)
    /// The frame is no message; without this an empty Data frame is an empty message.
    package static let noData = Flags(rawValue: 0x04)
  }

  package var length: Int
  package var stream: UInt32
  package var kind: Kind
  package var flags: Flags

  package init(length: Int = 0, stream: UInt32, kind: Kind, flags: Flags = []) {
    self.length = length
    self.stream = stream
    self.kind = kind
    self.flags = flags
  }

  /// Reads a header from at least `size` bytes.
  init(decoding bytes: UnsafeRawBufferPointer) {
    length = Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt32.self)))
    stream = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
    kind = Kind(rawValue: bytes[8])
    flags = Flags(rawValue: bytes[9])
  }

  package func encode(to bytes: inout [UInt8]) {
    for value in [UInt32(truncatingIfNeeded: length), stream] {
      for shift: UInt32 in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }
    bytes.append(kind.rawValue)
    bytes.append(flags.rawValue)
  }
}
