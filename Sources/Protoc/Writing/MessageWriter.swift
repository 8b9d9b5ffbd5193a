/// A message: the public value type and, beside it, its way through the C codec.
struct MessageWriter {
  let message: ProtoMessage
  let types: Types

  private var typeName: String { Naming.type(message.name) }

  /// Oneofs in the order of the .proto, each with its fields.
  private var oneofs: [(oneof: ProtoMessage.Oneof, fields: [ProtoField])] {
    message.oneofs.enumerated().map { index, oneof in (oneof, message.fields.filter { $0.oneof == index }) }
  }

  /// Name, type, default and comment of each property: a oneof stands where its first field does.
  private var properties: [(name: String, type: String, defaultValue: String, comment: String)] {
    var result: [(String, String, String, String)] = []
    var seen: Set<Int> = []
    for field in message.fields {
      guard let index = field.oneof else {
        let comment = field.comment.isEmpty ? "`\(message.fullName).\(field.name)`." : field.comment
        result.append((Naming.field(field.name), types.property(field), types.defaultValue(field), comment))
        continue
      }
      guard seen.insert(index).inserted else { continue }
      let oneof = message.oneofs[index]
      let comment = oneof.comment.isEmpty ? "`\(message.fullName).\(oneof.name)`: one of these or none." : oneof.comment
      result.append((Naming.field(oneof.name), Naming.upperCamel(oneof.name) + "?", "nil", comment))
    }
    return result
  }

  func writeType(to source: inout SourceText) {
    source.comment(message.comment, otherwise: "`\(message.fullName)`.")
    source.block("public struct \(typeName): Wire.Message {") { source in
      source.line("/// The name that a type URL ends with.")
      source.line("public static let fullName = \"\(message.fullName)\"")
      source.line()
      for property in properties {
        source.comment(property.comment, otherwise: "")
        source.line("public var \(Naming.escaped(property.name)): \(property.type) = \(property.defaultValue)")
      }
      source.line("/// What the message came with beyond these; part of the value.")
      source.line("public var unknownFields = UnknownFields()")
      source.line()
      source.line("/// Every field at its default.")
      source.line("public init() {}")
      writeMemberwiseInitializer(to: &source)
      source.line()
      source.line("/// Decodes a message.")
      source.line("///")
      source.line("/// - Throws: `.invalidArgument` on anything malformed.")
      source.block("public init(serialized bytes: [UInt8]) throws(GantryError) {") {
        $0.line("self = try Coding.decode(bytes, as: Self.self)")
      }
      source.line()
      source.line("/// The message's bytes; equal messages give equal bytes.")
      source.block("public func serialized() -> [UInt8] {") { $0.line("Coding.encode(self)") }
      for (oneof, fields) in oneofs {
        source.line()
        writeOneof(oneof, fields, to: &source)
      }
      for item in message.enums {
        source.line()
        EnumWriter.write(item, to: &source)
      }
      for nested in message.messages where !nested.isMapEntry {
        source.line()
        MessageWriter(message: nested, types: types).writeType(to: &source)
      }
    }
  }

  private func writeMemberwiseInitializer(to source: inout SourceText) {
    guard !properties.isEmpty else { return }
    source.line()
    source.line("/// Each field as given, the others at their defaults.")
    source.block("public init(", closing: ") {") { source in
      for (index, property) in properties.enumerated() {
        let comma = index + 1 < properties.count ? "," : ""
        source.line("\(Naming.escaped(property.name)): \(property.type) = \(property.defaultValue)\(comma)")
      }
    }
    for property in properties {
      let name = Naming.escaped(property.name)
      source.line("  self.\(name) = \(name)")
    }
    source.line("}")
  }

  private func writeOneof(_ oneof: ProtoMessage.Oneof, _ fields: [ProtoField], to source: inout SourceText) {
    source.comment(oneof.comment, otherwise: "One of the fields of `\(message.fullName).\(oneof.name)`.")
    source.block("public enum \(Naming.upperCamel(oneof.name)): Sendable, Equatable {") { source in
      for field in fields {
        source.comment(field.comment, otherwise: "`\(message.fullName).\(field.name)`.")
        source.line("case \(Naming.escaped(Naming.field(field.name)))(\(types.element(field.kind)))")
      }
    }
  }

  /// The conformances to the codec, for the message and those nested in it.
  func writeCoding(to source: inout SourceText) {
    let cType = Naming.cType(message.fullName)
    source.line()
    source.block("extension \(types.swiftName(message.fullName)): CodedMessage {") { source in
      source.block("static func initialize(_ codec: UnsafeMutablePointer<\(cType)>) {") {
        $0.line("\(Naming.cPrefix(message.fullName))__init(codec)")
      }
      source.line()
      source.block("init(reading codec: UnsafePointer<\(cType)>) throws(GantryError) {") { source in
        for field in message.fields where field.oneof == nil { FieldWriter(field, of: message, types).read(&source) }
        for (oneof, fields) in oneofs { readOneof(oneof, fields, to: &source) }
      }
      source.line()
      source.block("func write(to codec: UnsafeMutablePointer<\(cType)>, in arena: Arena) {") { source in
        for field in message.fields where field.oneof == nil { FieldWriter(field, of: message, types).write(&source) }
        for (oneof, fields) in oneofs { writeOneofValue(oneof, fields, to: &source) }
      }
    }
    for nested in message.messages where !nested.isMapEntry {
      MessageWriter(message: nested, types: types).writeCoding(to: &source)
    }
  }

  private func readOneof(_ oneof: ProtoMessage.Oneof, _ fields: [ProtoField], to source: inout SourceText) {
    source.block("switch codec.pointee.\(Naming.cLower(oneof.name))_case.rawValue {") { source in
      for field in fields {
        source.line("case \(field.number):")
        FieldWriter(field, of: message, types).readCase(of: Naming.field(oneof.name), &source)
      }
      source.line("default: break")
    }
  }

  private func writeOneofValue(_ oneof: ProtoMessage.Oneof, _ fields: [ProtoField], to source: inout SourceText) {
    source.block("switch self.\(Naming.escaped(Naming.field(oneof.name))) {") { source in
      for field in fields {
        source.line("case .\(Naming.escaped(Naming.field(field.name)))(let value):")
        source.line("  codec.pointee.\(Naming.cLower(oneof.name))_case = .init(rawValue: \(field.number))")
        FieldWriter(field, of: message, types).writeCase(&source)
      }
      source.line("case nil: break")
    }
  }
}
