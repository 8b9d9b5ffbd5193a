/// One field's way out of the C codec and into it.
struct FieldWriter {
  let field: ProtoField
  let message: ProtoMessage
  let types: Types

  init(_ field: ProtoField, of message: ProtoMessage, _ types: Types) {
    self.field = field
    self.message = message
    self.types = types
  }

  private var property: String { "self." + Naming.escaped(Naming.field(field.name)) }
  private var member: String { "codec.pointee." + Naming.escaped(Naming.cField(field.name)) }
  private var count: String { "codec.pointee.n_" + Naming.cField(field.name) }
  private var label: String { "\"\(message.fullName).\(field.name)\"" }

  func read(_ source: inout SourceText) {
    if let entry = types.mapEntry(field) {
      source.block("for case let entry? in UnsafeBufferPointer(start: \(member), count: \(count)) {") { source in
        source.line("let key = \(value(entry.key.kind, "entry.pointee.key"))")
        source.line("\(property)[key] = \(value(entry.value.kind, "entry.pointee.value", isMapValue: true))")
      }
      return
    }
    source.line("\(property) = \(field.isRepeated ? values : value(field.kind, member))")
  }

  private func value(_ kind: ProtoField.Kind, _ member: String, isMapValue: Bool = false) -> String {
    switch kind {
    case .number: member
    case .bool: "\(member) != 0"
    case .string: "try Reading.string(\(member), \(label))"
    case .bytes: "Reading.bytes(\(member))"
    case .enumeration(let name): "Reading.enumeration(\(member), \(types.swiftName(name)).init(rawValue:))"
    case .message(let name):
      isMapValue ? "try Reading.message(\(member)) ?? \(types.swiftName(name))()" : "try Reading.message(\(member))"
    }
  }

  private var values: String {
    switch field.kind {
    case .number: "Reading.scalars(\(member), \(count))"
    case .bool: "Reading.booleans(\(member), \(count))"
    case .string: "try Reading.strings(\(member), \(count), \(label))"
    case .bytes: "Reading.byteStrings(\(member), \(count))"
    case .enumeration(let name):
      "Reading.enumerations(\(member), \(count), \(types.swiftName(name)).init(rawValue:))"
    case .message: "try Reading.messages(\(member), \(count))"
    }
  }

  func readCase(of oneof: String, _ source: inout SourceText) {
    let target = "self.\(Naming.escaped(oneof))"
    let name = Naming.escaped(Naming.field(field.name))
    if case .message(let type) = field.kind {
      source.line("  let value: \(types.swiftName(type))? = \(value(field.kind, member))")
      source.line("  \(target) = value.map { .\(name)($0) }")
    } else {
      source.line("  \(target) = .\(name)(\(value(field.kind, member)))")
    }
  }

  func write(_ source: inout SourceText) {
    if let entry = types.mapEntry(field) {
      let initialize = Naming.cPrefix(entry.fullName) + "__init"
      source.block("(\(count), \(member)) = arena.entries(\(property), \(initialize)) { entry, key, value in") {
        source in
        source.line("entry.pointee.key = \(coded(entry.key.kind, "key"))")
        source.line("entry.pointee.value = \(coded(entry.value.kind, "value"))")
      }
      return
    }
    if field.isRepeated {
      source.line("(\(count), \(member)) = arena.\(listFunction)(\(property))")
    } else {
      source.line("\(member) = \(coded(field.kind, property))")
    }
  }

  func writeCase(_ source: inout SourceText) {
    source.line("  \(member) = \(coded(field.kind, "value"))")
  }

  private func coded(_ kind: ProtoField.Kind, _ value: String) -> String {
    switch kind {
    case .number: value
    case .bool: "\(value) ? 1 : 0"
    case .string: "arena.string(\(value))"
    case .bytes: "arena.bytes(\(value))"
    case .enumeration: ".init(rawValue: .init(truncatingIfNeeded: \(value).rawValue))"
    case .message: "arena.message(\(value))"
    }
  }

  private var listFunction: String {
    switch field.kind {
    case .number: "scalars"
    case .bool: "booleans"
    case .string: "strings"
    case .bytes: "byteStrings"
    case .enumeration: "enumerations"
    case .message: "messages"
    }
  }
}
