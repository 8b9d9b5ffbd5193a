/// The members of a JSON object, in order. A key that comes twice has its last value, as in Go.
public struct JSONObject: Sendable, Equatable {
  public private(set) var members: [(key: String, value: JSONValue)]

  public init() { members = [] }

  public init(_ members: [(String, JSONValue)]) {
    self.members = []
    self.members.reserveCapacity(members.count)
    for (key, value) in members { self[key] = value }
  }

  /// Takes members as they are; the parser has seen to it that keys differ.
  init(distinct members: [(key: String, value: JSONValue)]) { self.members = members }

  public var isEmpty: Bool { members.isEmpty }

  /// Reading finds a member; writing replaces it in place, appends it, or, with nil, removes it.
  public subscript(key: String) -> JSONValue? {
    get { members.first { $0.key == key }?.value }
    set {
      let index = members.firstIndex { $0.key == key }
      switch (index, newValue) {
      case (let index?, let value?): members[index].value = value
      case (let index?, nil): members.remove(at: index)
      case (nil, let value?): members.append((key, value))
      case (nil, nil): break
      }
    }
  }

  /// Order does not count.
  public static func == (left: JSONObject, right: JSONObject) -> Bool {
    left.members.count == right.members.count && left.members.allSatisfy { right[$0.key] == $0.value }
  }
}
