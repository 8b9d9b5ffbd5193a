internal import CMessages
import Errors

/// What protoc writes to the plugin's standard input.
package struct GeneratorRequest: Sendable {
  /// The files to generate for.
  package var filesToGenerate: [String]
  /// These and all they import, each after what it imports.
  package var files: [ProtoFile]

  /// Reads a serialised google.protobuf.compiler.CodeGeneratorRequest.
  ///
  /// - Throws: `.invalidArgument` where it is none, `.unimplemented` for what the generator does not do.
  package init(serialized bytes: [UInt8]) throws(GantryError) {
    let unpacked = bytes.withUnsafeBufferPointer { buffer in
      google__protobuf__compiler__code_generator_request__unpack(nil, buffer.count, buffer.baseAddress)
    }
    guard let unpacked else {
      throw GantryError(.invalidArgument, "standard input is no CodeGeneratorRequest; protoc runs this program")
    }
    defer { google__protobuf__compiler__code_generator_request__free_unpacked(unpacked, nil) }
    filesToGenerate = CodecReading.texts(unpacked.pointee.n_file_to_generate, unpacked.pointee.file_to_generate)
    files = []
    for file in CodecReading.list(unpacked.pointee.n_proto_file, unpacked.pointee.proto_file) {
      files.append(try ProtoFile(file))
    }
  }
}
