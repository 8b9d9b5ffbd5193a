internal import CMessages

/// Text and lists out of the structs that protoc-c made of descriptor.proto.
enum CodecReading {
  static func text(_ data: ProtobufCBinaryData) -> String {
    String(decoding: UnsafeBufferPointer(start: data.data, count: data.len), as: UTF8.self)
  }

  static func texts(_ count: Int, _ start: UnsafeMutablePointer<ProtobufCBinaryData>?) -> [String] {
    UnsafeBufferPointer(start: start, count: count).map { text($0) }
  }

  static func list<Item>(_ count: Int, _ start: UnsafeMutablePointer<UnsafeMutablePointer<Item>?>?) -> [Item] {
    UnsafeBufferPointer(start: start, count: count).compactMap { $0?.pointee }
  }
}
