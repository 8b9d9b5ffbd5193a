/// Numbers in order of their time; those of equal time in order of the numbers. A binary heap.
package struct TimerHeap: Sendable {
  private struct Entry {
    let time: MonotonicTime
    let number: UInt64
  }

  private var entries: [Entry] = []

  package init() {}

  /// The first time; nil when there is none.
  package var next: MonotonicTime? { entries.first?.time }

  package mutating func add(_ time: MonotonicTime, _ number: UInt64) {
    entries.append(Entry(time: time, number: number))
    siftUp(entries.count - 1)
  }

  /// Takes out the first number if its time has come.
  package mutating func takeDue(_ now: MonotonicTime) -> UInt64? {
    guard let first = entries.first, first.time <= now else { return nil }
    removeFirst()
    return first.number
  }

  /// Drops the dead entries once they are the greater part: cancelling a timer leaves its entry behind.
  package mutating func compact(live: Int, _ isLive: (UInt64) -> Bool) {
    guard entries.count > 64, live * 2 < entries.count else { return }
    let rest = entries.filter { isLive($0.number) }
    entries = []
    for entry in rest { add(entry.time, entry.number) }
  }

  private static func precedes(_ left: Entry, _ right: Entry) -> Bool {
    (left.time, left.number) < (right.time, right.number)
  }

  private mutating func siftUp(_ start: Int) {
    var child = start
    while child > 0, Self.precedes(entries[child], entries[(child - 1) / 2]) {
      entries.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  private mutating func removeFirst() {
    let last = entries.removeLast()
    guard !entries.isEmpty else { return }
    entries[0] = last
    var parent = 0
    while true {
      var smallest = parent
      for child in [parent * 2 + 1, parent * 2 + 2]
      where child < entries.count && Self.precedes(entries[child], entries[smallest]) { smallest = child }
      if smallest == parent { return }
      entries.swapAt(parent, smallest)
      parent = smallest
    }
  }
}
