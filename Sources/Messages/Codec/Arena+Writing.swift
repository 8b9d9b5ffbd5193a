internal import CMessages
import Glibc

/// Values copied into the shapes that the C codec packs from.
extension Arena {
  func bytes(_ value: [UInt8]) -> ProtobufCBinaryData {
    value.withUnsafeBufferPointer { copy($0) }
  }

  func string(_ value: String) -> ProtobufCBinaryData {
    if let data = value.utf8.withContiguousStorageIfAvailable({ copy($0) }) { return data }
    return bytes(Array(value.utf8))
  }

  private func copy(_ source: UnsafeBufferPointer<UInt8>) -> ProtobufCBinaryData {
    guard let start = source.baseAddress, !source.isEmpty else { return ProtobufCBinaryData() }
    let target = many(UInt8.self, count: source.count)
    target.initialize(from: start, count: source.count)
    return ProtobufCBinaryData(len: source.count, data: target)
  }

  func strings(_ values: [String]) -> (Int, UnsafeMutablePointer<ProtobufCBinaryData>?) {
    list(values) { string($0) }
  }

  func byteStrings(_ values: [[UInt8]]) -> (Int, UnsafeMutablePointer<ProtobufCBinaryData>?) {
    list(values) { bytes($0) }
  }

  func scalars<Value>(_ values: [Value]) -> (Int, UnsafeMutablePointer<Value>?) {
    list(values) { $0 }
  }

  func booleans(_ values: [Bool]) -> (Int, UnsafeMutablePointer<protobuf_c_boolean>?) {
    list(values) { $0 ? 1 : 0 }
  }

  /// C gives an enum either sign; both are 32 bits wide, and the codec sees only these.
  func enumerations<E: RawRepresentable<Int32>, Codec>(_ values: [E]) -> (Int, UnsafeMutablePointer<Codec>?) {
    let (count, start) = list(values) { $0.rawValue }
    return (count, start.map { UnsafeMutableRawPointer($0).assumingMemoryBound(to: Codec.self) })
  }

  func message<M: CodedMessage>(_ value: M?) -> UnsafeMutablePointer<M.Codec>? {
    guard let value else { return nil }
    let codec = one(M.Codec.self)
    value.writeAll(to: codec, in: self)
    return codec
  }

  func messages<M: CodedMessage>(_ values: [M]) -> (Int, UnsafeMutablePointer<UnsafeMutablePointer<M.Codec>?>?) {
    list(values) { message($0) }
  }

  /// A map's entries in ascending order of their keys, so that equal messages are equal bytes.
  func entries<Key: MapKey, Value, Entry>(
    _ map: [Key: Value], _ initialize: (UnsafeMutablePointer<Entry>) -> Void,
    _ fill: (UnsafeMutablePointer<Entry>, Key, Value) -> Void
  ) -> (Int, UnsafeMutablePointer<UnsafeMutablePointer<Entry>?>?) {
    guard !map.isEmpty else { return (0, nil) }
    return list(map.sorted { Key.precedes($0.key, $1.key) }) { key, value in
      let entry = one(Entry.self)
      initialize(entry)
      fill(entry, key, value)
      return entry
    }
  }

  private func list<Value, Element>(
    _ values: [Value], _ convert: (Value) -> Element
  ) -> (Int, UnsafeMutablePointer<Element>?) {
    guard !values.isEmpty else { return (0, nil) }
    let start = many(Element.self, count: values.count)
    for (index, value) in values.enumerated() { (start + index).initialize(to: convert(value)) }
    return (values.count, start)
  }
}
