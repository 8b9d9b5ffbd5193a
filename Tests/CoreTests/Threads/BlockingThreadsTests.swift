import Errors
import Glibc
import Testing
import Threads

@Suite struct BlockingThreadsTests {
  @Test func oneThreadKeepsTheOrder() async throws {
    let threads = BlockingThreads(name: "test", limit: 1)
    let order = Shared<[Int]>([])
    for number in 0..<100 { threads.submit { order.change { $0.append(number) } } }
    try await threads.run {}
    #expect(order.value == Array(0..<100))
  }

  @Test func blockedJobsDoNotHoldUpOthersBelowTheLimit() async throws {
    let threads = BlockingThreads(name: "test", limit: 4)
    let gate = Shared(false)
    let started = ContinuousClock.now
    async let blocked: Void = {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<3 {
          group.addTask { try await threads.run { while !gate.value { usleep(1000) } } }
        }
        try await group.waitForAll()
      }
    }()
    #expect(try await threads.run { 42 } == 42)
    gate.change { $0 = true }
    try await blocked
    #expect(ContinuousClock.now - started < .seconds(5))
  }

  @Test func neverMoreRunAtOnceThanTheLimit() async throws {
    let threads = BlockingThreads(name: "test", limit: 3)
    let counts = Shared((now: 0, most: 0))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<50 {
        group.addTask {
          try await threads.run {
            counts.change { counts in
              counts.now += 1
              counts.most = max(counts.most, counts.now)
            }
            usleep(500)
            counts.change { $0.now -= 1 }
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(counts.value.most <= 3)
  }

  @Test func errorsComeBack() async {
    let threads = BlockingThreads(name: "test", limit: 1)
    let error = await #expect(throws: GantryError.self) {
      try await threads.run { throw GantryError(.notFound, "nothing") }
    }
    #expect(error?.code == .notFound)
  }

  @Test func threadsAreGoneWithTheirOwner() async throws {
    let before = threadCount(named: "test-gone")
    #expect(before == 0)
    do {
      let threads = BlockingThreads(name: "test-gone", limit: 2)
      try await threads.run {}
      #expect(threadCount(named: "test-gone") > 0)
    }
    let deadline = ContinuousClock.now + .seconds(5)
    while threadCount(named: "test-gone") > 0, ContinuousClock.now < deadline { usleep(1000) }
    #expect(threadCount(named: "test-gone") == 0)
  }

  private func threadCount(named name: String) -> Int {
    guard let directory = opendir("/proc/self/task") else { return 0 }
    defer { closedir(directory) }
    var count = 0
    while let entry = readdir(directory) {
      let thread = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard let file = fopen("/proc/self/task/\(thread)/comm", "r") else { continue }
      defer { fclose(file) }
      var line = [CChar](repeating: 0, count: 32)
      guard fgets(&line, 32, file) != nil else { continue }
      let text = line.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }
      if String(decoding: text, as: UTF8.self) == name { count += 1 }
    }
    return count
  }
}
