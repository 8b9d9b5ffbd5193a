import Errors

/// Every type of the request, by full name.
struct Types {
  private var swiftNames: [String: String] = [:]
  private var entries: [String: ProtoMessage] = [:]
  /// Messages that a message holds singly, and therefore by value.
  private var held: [String: [String]] = [:]

  init(_ files: [ProtoFile]) {
    for file in files {
      let namespace = Naming.namespace(file.package)
      for message in file.messages { add(message, in: namespace) }
      for item in file.enums { swiftNames[item.fullName] = "\(namespace).\(Naming.type(item.name))" }
    }
  }

  private mutating func add(_ message: ProtoMessage, in scope: String) {
    if message.isMapEntry {
      entries[message.fullName] = message
      return
    }
    let name = "\(scope).\(Naming.type(message.name))"
    swiftNames[message.fullName] = name
    held[message.fullName] = message.fields.compactMap { field in
      if case .message(let type) = field.kind { type } else { nil }
    }
    for nested in message.messages { add(nested, in: name) }
    for item in message.enums { swiftNames[item.fullName] = "\(name).\(Naming.type(item.name))" }
  }

  func swiftName(_ fullName: String) -> String { swiftNames[fullName] ?? fullName }

  /// The entry's key and value where `field` is a map.
  func mapEntry(_ field: ProtoField) -> (key: ProtoField, value: ProtoField, fullName: String)? {
    guard case .message(let name) = field.kind, let entry = entries[name], entry.fields.count == 2 else { return nil }
    return (entry.fields[0], entry.fields[1], name)
  }

  /// A type that contains itself would be unpacked as deep as a stranger's message says.
  func refuseRecursion() throws(GantryError) {
    for name in held.keys.sorted() where reaches(name, from: name) {
      throw GantryError(.unimplemented, "\(name) contains itself; recursive messages are not supported")
    }
  }

  private func reaches(_ goal: String, from start: String) -> Bool {
    var seen: Set<String> = []
    var pending = contents(start)
    while let next = pending.popLast() {
      if next == goal { return true }
      if seen.insert(next).inserted { pending += contents(next) }
    }
    return false
  }

  private func contents(_ name: String) -> [String] {
    if let entry = entries[name] {
      return entry.fields.compactMap { if case .message(let type) = $0.kind { type } else { nil } }
    }
    return held[name] ?? []
  }

  /// The type of one value of the field.
  func element(_ kind: ProtoField.Kind) -> String {
    switch kind {
    case .number(let type): type
    case .bool: "Bool"
    case .string: "String"
    case .bytes: "[UInt8]"
    case .enumeration(let name), .message(let name): swiftName(name)
    }
  }

  /// The property's type.
  func property(_ field: ProtoField) -> String {
    if let entry = mapEntry(field) { return "[\(element(entry.key.kind)): \(element(entry.value.kind))]" }
    if field.isRepeated { return "[\(element(field.kind))]" }
    if case .message = field.kind { return element(field.kind) + "?" }
    return element(field.kind)
  }

  /// The property's default.
  func defaultValue(_ field: ProtoField) -> String {
    if mapEntry(field) != nil { return "[:]" }
    if field.isRepeated { return "[]" }
    return defaultElement(field.kind)
  }

  private func defaultElement(_ kind: ProtoField.Kind) -> String {
    switch kind {
    case .number: "0"
    case .bool: "false"
    case .string: "\"\""
    case .bytes: "[]"
    case .enumeration: ".init(rawValue: 0)"
    case .message: "nil"
    }
  }
}
