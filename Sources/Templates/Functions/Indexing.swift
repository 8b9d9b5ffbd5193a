import Errors

/// `index`, `slice` and `len`.
enum Indexing {
  private static func failure(_ message: String) -> GantryError { GantryError(.outOfRange, message) }

  /// The element that the indexes lead to, one after the other.
  ///
  /// - Throws: `.outOfRange` in text/template's words.
  static func element(of item: Value, at indexes: ArraySlice<Value>) throws(GantryError) -> Value {
    var item = item.unwrapped
    if case .missing = item { throw failure("index of untyped nil") }
    for index in indexes {
      let index = index.unwrapped
      guard let whole = item.indirect else { throw failure("index of nil pointer") }
      switch whole {
      case .list(let elements, _): item = elements[try place(index, elements.count)]
      case .string(let text), .number(let text):
        let bytes = Array(text.utf8)
        item = .integer(Int64(bytes[try place(index, bytes.count, of: "string")]), .uint8)
      case .map(let members, let element):
        switch index {
        case .string(let key): item = members[key] ?? element.zero
        case .missing: throw failure("value is nil; should be of type string")
        default: throw failure("value has type \(index.typeName); should be string")
        }
      default: throw failure("can't index item of type \(whole.typeName)")
      }
    }
    return item
  }

  /// - Parameter count: an index of this much passes the first check of Go's and fails in the second.
  private static func place(_ index: Value, _ count: Int, of kind: String = "slice") throws(GantryError) -> Int {
    let place = try bound(index, count)
    guard place < count else { throw failure("reflect: \(kind) index out of range") }
    return place
  }

  private static func bound(_ index: Value, _ limit: Int) throws(GantryError) -> Int {
    guard case .integer(let value, _) = index.unwrapped else {
      let kind = index.type.map { "type \($0.name)" } ?? "nil"
      throw failure("cannot index slice/array with \(kind)")
    }
    guard value >= 0, value <= limit else { throw failure("index out of range: \(value)") }
    return Int(value)
  }

  /// Part of a list or text.
  ///
  /// - Throws: `.outOfRange` in text/template's words.
  static func slice(of item: Value, at indexes: [Value]) throws(GantryError) -> Value {
    let item = item.unwrapped
    if case .missing = item { throw failure("slice of untyped nil") }
    guard indexes.count <= 3 else { throw failure("too many slice indexes: \(indexes.count)") }
    guard let whole = item.indirect else { throw failure("slice of nil pointer") }
    switch whole {
    case .string(let text), .number(let text):
      guard indexes.count < 3 else { throw failure("cannot 3-index slice a string") }
      let range = try range(indexes, text.utf8.count)
      return .string(String(decoding: Array(text.utf8)[range], as: UTF8.self))
    case .list(let elements, let type): return .list(Array(elements[try range(indexes, elements.count)]), of: type)
    default: throw failure("can't slice item of type \(whole.typeName)")
    }
  }

  private static func range(_ indexes: [Value], _ count: Int) throws(GantryError) -> Range<Int> {
    var bounds = [0, count]
    for (place, index) in indexes.enumerated() {
      let value = try bound(index, count)
      if place < 2 { bounds[place] = value } else { bounds.append(value) }
    }
    for (low, high) in zip(bounds, bounds.dropFirst()) where low > high {
      throw failure("invalid slice index: \(low) > \(high)")
    }
    return bounds[0]..<bounds[1]
  }

  /// Bytes of a text, elements of a list, members of a map.
  ///
  /// - Throws: `.outOfRange` in text/template's words.
  static func length(of item: Value) throws(GantryError) -> Int64 {
    if case .missing = item { throw failure("reflect: call of reflect.Value.Type on zero Value") }
    guard let whole = item.indirect else { throw failure("len of nil pointer") }
    switch whole {
    case .string(let text), .number(let text): return Int64(text.utf8.count)
    case .list(let elements, _): return Int64(elements.count)
    case .map(let members, _): return Int64(members.count)
    default: throw failure("len of type \(whole.typeName)")
    }
  }
}
