/// An enum: a struct round a number, so that a value from a newer contract survives.
enum EnumWriter {
  static func write(_ item: ProtoEnum, to source: inout SourceText) {
    source.comment(item.comment, otherwise: "`\(item.fullName)`.")
    source.block("public struct \(Naming.type(item.name)): RawRepresentable, Sendable, Hashable {") { source in
      source.line("/// The number on the wire.")
      source.line("public var rawValue: Int32")
      source.line()
      source.line("/// The value with this number, known or not.")
      source.block("public init(rawValue: Int32) {") { $0.line("self.rawValue = rawValue") }
      source.line()
      for value in item.values {
        source.comment(value.comment, otherwise: "`\(value.name)`.")
        source.line(
          "public static let \(Naming.escaped(Naming.enumValue(value.name))) = Self(rawValue: \(value.number))")
      }
    }
  }
}
