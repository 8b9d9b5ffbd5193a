internal import CMessages
import Errors

/// Values out of the structs that the C codec has unpacked.
enum Reading {
  static func string(_ data: ProtobufCBinaryData, _ field: StaticString) throws(GantryError) -> String {
    guard let start = data.data, data.len > 0 else { return "" }
    guard let value = String(validating: UnsafeBufferPointer(start: start, count: data.len), as: UTF8.self) else {
      throw GantryError(.invalidArgument, "\(field) is not valid UTF-8; text on the wire must be")
    }
    return value
  }

  static func bytes(_ data: ProtobufCBinaryData) -> [UInt8] {
    Array(UnsafeBufferPointer(start: data.data, count: data.len))
  }

  static func strings(
    _ start: UnsafeMutablePointer<ProtobufCBinaryData>?, _ count: Int, _ field: StaticString
  ) throws(GantryError) -> [String] {
    var result: [String] = []
    result.reserveCapacity(count)
    for data in UnsafeBufferPointer(start: start, count: count) { result.append(try string(data, field)) }
    return result
  }

  static func byteStrings(_ start: UnsafeMutablePointer<ProtobufCBinaryData>?, _ count: Int) -> [[UInt8]] {
    UnsafeBufferPointer(start: start, count: count).map { bytes($0) }
  }

  static func scalars<Value>(_ start: UnsafeMutablePointer<Value>?, _ count: Int) -> [Value] {
    Array(UnsafeBufferPointer(start: start, count: count))
  }

  static func booleans(_ start: UnsafeMutablePointer<protobuf_c_boolean>?, _ count: Int) -> [Bool] {
    UnsafeBufferPointer(start: start, count: count).map { $0 != 0 }
  }

  static func enumeration<Codec: RawRepresentable, E: RawRepresentable<Int32>>(
    _ value: Codec, _ make: (Int32) -> E
  ) -> E where Codec.RawValue: FixedWidthInteger {
    make(Int32(truncatingIfNeeded: value.rawValue))
  }

  static func enumerations<Codec: RawRepresentable, E: RawRepresentable<Int32>>(
    _ start: UnsafeMutablePointer<Codec>?, _ count: Int, _ make: (Int32) -> E
  ) -> [E] where Codec.RawValue: FixedWidthInteger {
    UnsafeBufferPointer(start: start, count: count).map { enumeration($0, make) }
  }

  static func message<M: CodedMessage>(_ codec: UnsafeMutablePointer<M.Codec>?) throws(GantryError) -> M? {
    guard let codec else { return nil }
    return try M(readingAll: UnsafePointer(codec))
  }

  static func messages<M: CodedMessage>(
    _ start: UnsafeMutablePointer<UnsafeMutablePointer<M.Codec>?>?, _ count: Int
  ) throws(GantryError) -> [M] {
    var result: [M] = []
    result.reserveCapacity(count)
    for case let codec? in UnsafeBufferPointer(start: start, count: count) {
      result.append(try M(readingAll: UnsafePointer(codec)))
    }
    return result
  }
}
