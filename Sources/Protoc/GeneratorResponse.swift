/// What protoc reads from the plugin's standard output: google.protobuf.compiler.CodeGeneratorResponse.
package struct GeneratorResponse: Sendable {
  package struct File: Sendable {
    /// Relative to the output directory.
    package var name: String
    package var content: String
  }

  package var files: [File] = []
  /// A sentence for the person who ran protoc; "" for success.
  package var error = ""

  package init() {}

  /// The message's bytes.
  package func serialized() -> [UInt8] {
    var bytes: [UInt8] = []
    if !error.isEmpty { Self.append(1, Array(error.utf8), to: &bytes) }
    for file in files {
      var entry: [UInt8] = []
      Self.append(1, Array(file.name.utf8), to: &entry)
      Self.append(15, Array(file.content.utf8), to: &entry)
      Self.append(15, entry, to: &bytes)
    }
    return bytes
  }

  private static func append(_ field: UInt8, _ value: [UInt8], to bytes: inout [UInt8]) {
    bytes.append(field << 3 | 2)
    var length = value.count
    while length >= 0x80 {
      bytes.append(UInt8(length & 0x7f) | 0x80)
      length >>= 7
    }
    bytes.append(UInt8(length))
    bytes += value
  }
}
