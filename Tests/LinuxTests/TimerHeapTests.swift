import Linux
import Testing

@Suite("the timer heap and the clock")
struct TimerHeapTests {
  @Test func `numbers come out in order of time, then of number`() {
    var heap = TimerHeap()
    var expected: [(Int64, UInt64)] = []
    for number in UInt64(1)...500 {
      let time = Int64(number * 7919 % 97)
      heap.add(MonotonicTime(nanoseconds: time), number)
      expected.append((time, number))
    }
    expected.sort { $0 < $1 }
    #expect(heap.next == MonotonicTime(nanoseconds: expected[0].0))
    #expect(heap.takeDue(MonotonicTime(nanoseconds: -1)) == nil)
    var order: [UInt64] = []
    while let number = heap.takeDue(MonotonicTime(nanoseconds: 1000)) { order.append(number) }
    #expect(order == expected.map(\.1))
    #expect(heap.next == nil)
  }

  @Test func `compacting drops what is dead and keeps the order`() {
    var heap = TimerHeap()
    for number in UInt64(1)...200 { heap.add(MonotonicTime(nanoseconds: Int64(300 - number)), number) }
    heap.compact(live: 2) { $0 == 5 || $0 == 150 }
    #expect(heap.takeDue(MonotonicTime(nanoseconds: 1000)) == 150)
    #expect(heap.takeDue(MonotonicTime(nanoseconds: 1000)) == 5)
    #expect(heap.takeDue(MonotonicTime(nanoseconds: 1000)) == nil)
  }

  @Test func `instants do not overflow`() {
    #expect(MonotonicTime.now.advanced(by: .seconds(Int64.max)) == MonotonicTime(nanoseconds: .max))
    #expect(Duration.seconds(Int64.max).wholeNanoseconds == .max)
    #expect(Duration.seconds(Int64.min).wholeNanoseconds == .min)
    #expect(Duration.milliseconds(1500).wholeNanoseconds == 1_500_000_000)
    let now = MonotonicTime.now
    #expect(now.duration(to: now.advanced(by: .seconds(2))) == .seconds(2))
  }
}
