internal import CMessages
import Errors
import Wire

/// A message with its struct in the C codec. Generated types conform; nobody outside this module sees it.
protocol CodedMessage: Message {
  associatedtype Codec

  /// The generated C initialiser.
  static func initialize(_ codec: UnsafeMutablePointer<Codec>)

  var unknownFields: UnknownFields { get set }

  /// Takes over what the codec has unpacked.
  init(reading codec: UnsafePointer<Codec>) throws(GantryError)

  /// Fills an initialised struct with everything but unknown fields; memory comes from the arena.
  func write(to codec: UnsafeMutablePointer<Codec>, in arena: Arena)
}

extension CodedMessage {
  init(readingAll codec: UnsafePointer<Codec>) throws(GantryError) {
    try self.init(reading: codec)
    unknownFields = try UnknownFields(reading: codec, of: Self.fullName)
  }

  func writeAll(to codec: UnsafeMutablePointer<Codec>, in arena: Arena) {
    Self.initialize(codec)
    write(to: codec, in: arena)
    unknownFields.write(to: codec, in: arena)
  }
}
