/// A type that goes into a column and comes out of it again.
public protocol DatabaseValueConvertible: Sendable {
  /// The value as it is stored.
  var databaseValue: DatabaseValue { get }
  /// Nil where the column holds something else.
  init?(databaseValue: DatabaseValue)
}

extension DatabaseValueConvertible where Self: FixedWidthInteger & Sendable {
  public var databaseValue: DatabaseValue { .integer(Int64(clamping: self)) }

  public init?(databaseValue: DatabaseValue) {
    guard case .integer(let value) = databaseValue else { return nil }
    self.init(exactly: value)
  }
}

extension Int: DatabaseValueConvertible {}
extension Int32: DatabaseValueConvertible {}
extension Int64: DatabaseValueConvertible {}
extension UInt32: DatabaseValueConvertible {}

extension Bool: DatabaseValueConvertible {
  public var databaseValue: DatabaseValue { .integer(self ? 1 : 0) }

  public init?(databaseValue: DatabaseValue) {
    guard case .integer(let value) = databaseValue else { return nil }
    self = value != 0
  }
}

extension Double: DatabaseValueConvertible {
  public var databaseValue: DatabaseValue { .real(self) }

  public init?(databaseValue: DatabaseValue) {
    switch databaseValue {
    case .real(let value): self = value
    case .integer(let value): self = Double(value)
    default: return nil
    }
  }
}

extension String: DatabaseValueConvertible {
  public var databaseValue: DatabaseValue { .text(self) }

  public init?(databaseValue: DatabaseValue) {
    guard case .text(let value) = databaseValue else { return nil }
    self = value
  }
}

extension [UInt8]: DatabaseValueConvertible {
  public var databaseValue: DatabaseValue { .blob(self) }

  public init?(databaseValue: DatabaseValue) {
    guard case .blob(let value) = databaseValue else { return nil }
    self = value
  }
}

extension Optional: DatabaseValueConvertible where Wrapped: DatabaseValueConvertible {
  public var databaseValue: DatabaseValue { self?.databaseValue ?? .null }

  public init?(databaseValue: DatabaseValue) {
    if databaseValue == .null {
      self = Optional<Wrapped>.none
      return
    }
    guard let value = Wrapped(databaseValue: databaseValue) else { return nil }
    self = Optional<Wrapped>.some(value)
  }
}
