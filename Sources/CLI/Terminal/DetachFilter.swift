/// Watches typed bytes for the detach keys. What begins like them is held back until it is clear what it is.
package struct DetachFilter: Sendable {
  private let keys: [UInt8]
  private var matched = 0

  package init(_ keys: DetachKeys) { self.keys = keys.bytes }

  /// What of `input` goes on to the container, and whether the keys are complete; bytes behind them are dropped.
  package mutating func filter(_ input: some Sequence<UInt8>) -> (forward: [UInt8], detached: Bool) {
    guard !keys.isEmpty else { return (Array(input), false) }
    var forward: [UInt8] = []
    for byte in input {
      if byte == keys[matched] {
        matched += 1
        if matched == keys.count { return (forward, true) }
        continue
      }
      forward += keys[..<matched]
      matched = byte == keys[0] ? 1 : 0
      if matched == 0 { forward.append(byte) }
      if matched == keys.count { return (forward, true) }
    }
    return (forward, false)
  }

  /// What was held back when the input has ended.
  package mutating func remainder() -> [UInt8] {
    defer { matched = 0 }
    return Array(keys[..<matched])
  }
}
