/// Numbers of CPUs or memory nodes, as the kernel lists them: "0-3,7".
public struct IndexSet: Sendable, Equatable, CustomStringConvertible {
  private let ranges: [ClosedRange<Int>]

  /// The kernel's own largest number of CPUs, generously.
  private static let limit = 8192

  /// All of a range.
  public init(_ range: ClosedRange<Int>) { ranges = [range] }

  /// Reads a list; nil where it is none. "" is empty.
  public init?(_ text: String) {
    var ranges: [ClosedRange<Int>] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) where !text.isEmpty {
      let ends = part.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
      guard ends.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isASCII) && $0.allSatisfy(\.isNumber) }),
        let first = ends.first.flatMap({ Int($0) }), let last = ends.last.flatMap({ Int($0) }),
        first <= last, last < Self.limit
      else { return nil }
      ranges.append(first...last)
    }
    self.ranges = ranges
  }

  /// Whether every number of `other` is here too.
  public func contains(_ other: IndexSet) -> Bool {
    other.ranges.allSatisfy { range in range.allSatisfy { number in ranges.contains { $0.contains(number) } } }
  }

  public var description: String {
    ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",")
  }
}
