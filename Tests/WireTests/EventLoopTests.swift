import Errors
import Glibc
import Linux
import LoopWire
import Testing

@Suite("the event loop")
struct EventLoopTests {
  @Test func `timers run in order, cancelled ones never`() throws {
    let loop = try EventLoop()
    var order: [Int] = []
    loop.addTimer(after: .milliseconds(20)) {
      order.append(3)
      loop.stop()
    }
    loop.addTimer(after: .milliseconds(5)) { order.append(1) }
    loop.addTimer(after: .milliseconds(5)) { order.append(2) }
    let cancelled = loop.addTimer(after: .milliseconds(1)) { order.append(0) }
    loop.cancelTimer(cancelled)
    try loop.run()
    #expect(order == [1, 2, 3])
  }

  @Test func `a timer is not early`() throws {
    let loop = try EventLoop()
    let start = MonotonicTime.now
    var took = Duration.zero
    loop.addTimer(after: .microseconds(1500)) {
      took = start.duration(to: .now)
      loop.stop()
    }
    try loop.run()
    #expect(took >= .microseconds(1500))
  }

  @Test func `deferred work runs before the next wait, and what it defers too`() throws {
    let loop = try EventLoop()
    var order: [Int] = []
    loop.defer {
      order.append(1)
      loop.defer {
        order.append(2)
        loop.stop()
      }
    }
    try loop.run()
    #expect(order == [1, 2])
  }

  @Test func `a handler may remove itself and others that are ready in the same round`() throws {
    let loop = try EventLoop()
    let pipes = try (0..<4).map { _ in try FileDescriptor.pipe() }
    var calls = 0
    for pipe in pipes {
      try pipe.writeEnd.writeAll([1])
      try loop.add(pipe.readEnd, .readable) { _ in
        calls += 1
        for other in pipes { loop.remove(other.readEnd) }
      }
    }
    try loop.runOnce(timeout: .seconds(10))
    try loop.runOnce(timeout: .zero)
    #expect(calls == 1)
  }

  @Test func `a descriptor number that is used again does not get its predecessor's events`() throws {
    let loop = try EventLoop()
    var first: (readEnd: FileDescriptor, writeEnd: FileDescriptor)? = try FileDescriptor.pipe()
    var second: (readEnd: FileDescriptor, writeEnd: FileDescriptor)?
    var calls: [String] = []
    let trigger = try FileDescriptor.pipe()
    try trigger.writeEnd.writeAll([1])
    try loop.add(trigger.readEnd, .readable) { _ in
      loop.remove(trigger.readEnd)
      if let readEnd = first?.readEnd { loop.remove(readEnd) }
      first = nil
      second = try? FileDescriptor.pipe()
      if let readEnd = second?.readEnd { try? loop.add(readEnd, .readable) { _ in calls.append("second") } }
    }
    if let first {
      try first.writeEnd.writeAll([1])
      try loop.add(first.readEnd, .readable) { _ in
        calls.append("first")
        loop.remove(first.readEnd)
      }
    }
    try loop.runOnce(timeout: .seconds(10))
    try loop.runOnce(timeout: .milliseconds(10))
    #expect(!calls.contains("second"))
    withExtendedLifetime(second) {}
  }

  @Test func `interest can be changed and errors are told unasked`() throws {
    let loop = try EventLoop()
    let (near, far) = try UnixSocket.pair()
    var seen: [Readiness] = []
    try loop.add(near, .writable) { seen.append($0) }
    try loop.runOnce(timeout: .seconds(10))
    #expect(seen == [.writable])
    try loop.modify(near, [])
    try loop.runOnce(timeout: .milliseconds(5))
    #expect(seen.count == 1)
    shutdown(far.number, Int32(SHUT_RDWR))
    try loop.runOnce(timeout: .seconds(10))
    #expect(seen.last?.contains(.hangUp) == true)
    loop.remove(near)
    #expect(throws: GantryError.self) { try loop.modify(near, .readable) }
  }
}
