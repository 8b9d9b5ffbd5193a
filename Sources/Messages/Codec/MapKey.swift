/// What may be the key of a map field.
protocol MapKey: Hashable {
  static func precedes(_ left: Self, _ right: Self) -> Bool
}

extension MapKey where Self: Comparable {
  static func precedes(_ left: Self, _ right: Self) -> Bool { left < right }
}

extension Int32: MapKey {}
extension Int64: MapKey {}
extension UInt32: MapKey {}
extension UInt64: MapKey {}

extension Bool: MapKey {
  static func precedes(_ left: Bool, _ right: Bool) -> Bool { !left && right }
}

extension String: MapKey {
  /// By bytes, as every other protobuf library that sorts does it.
  static func precedes(_ left: String, _ right: String) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8)
  }
}
