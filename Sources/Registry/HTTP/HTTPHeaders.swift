/// The header fields of an answer, in order; names are compared without case.
package struct HTTPHeaders: Sendable, Equatable {
  private var fields: [(name: String, value: String)] = []

  package init() {}

  package init(_ fields: [(String, String)]) {
    self.fields = fields.map { ($0.0.lowercased(), $0.1) }
  }

  /// The first field of this name.
  package subscript(name: String) -> String? {
    let wanted = name.lowercased()
    return fields.first { $0.name == wanted }?.value
  }

  /// Every field of this name.
  package func all(_ name: String) -> [String] {
    let wanted = name.lowercased()
    return fields.filter { $0.name == wanted }.map(\.value)
  }

  /// Takes in one line as it came; what is no field is passed over.
  mutating func append(line: some Collection<UInt8>) {
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon != line.startIndex else { return }
    let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D || $0 == 0x0A }
    let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
    var value = Array(line[line.index(after: colon)...].drop(while: isBlank))
    while let last = value.last, isBlank(last) { value.removeLast() }
    fields.append((name, String(decoding: value, as: UTF8.self)))
  }

  /// The value of Content-Length, where it is a number.
  package var contentLength: Int64? { self["content-length"].flatMap { Int64($0) }.flatMap { $0 < 0 ? nil : $0 } }

  package static func == (left: HTTPHeaders, right: HTTPHeaders) -> Bool {
    left.fields.elementsEqual(right.fields) { $0 == $1 }
  }
}
