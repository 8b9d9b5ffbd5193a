/// What travels beside a request: keys, each with any number of values. Keys are lower case, as in Go.
public struct Metadata: Sendable, Equatable {
  /// The pairs in the order in which they go over the wire.
  public private(set) var pairs: [(key: String, value: String)] = []

  public init() {}

  /// Metadata with one value for each key.
  public init(_ values: [String: String]) {
    for (key, value) in values.sorted(by: { $0.key < $1.key }) { append(value, for: key) }
  }

  public var isEmpty: Bool { pairs.isEmpty }

  /// All values of a key, in order; setting replaces them, an empty array removes the key.
  public subscript(key: String) -> [String] {
    get {
      let key = key.lowercased()
      return pairs.compactMap { $0.key == key ? $0.value : nil }
    }
    set {
      let key = key.lowercased()
      pairs.removeAll { $0.key == key }
      pairs += newValue.map { (key, $0) }
    }
  }

  /// The first value of a key.
  public func first(_ key: String) -> String? {
    let key = key.lowercased()
    return pairs.first { $0.key == key }?.value
  }

  /// Adds one value after those the key has.
  public mutating func append(_ value: String, for key: String) {
    pairs.append((key.lowercased(), value))
  }

  public static func == (left: Metadata, right: Metadata) -> Bool {
    left.pairs.elementsEqual(right.pairs) { $0 == $1 }
  }
}
