import Engine
import Errors
import Synchronization
import Testing

@Suite struct TurnsTests {
  private final class Order: Sendable {
    private let noted = Mutex<[Int]>([])
    var parts: [Int] { noted.withLock { $0 } }
    func note(_ part: Int) { noted.withLock { $0.append(part) } }
  }

  @Test func placesAreTakenInOrderWhoeverComesFirst() async throws {
    let order = Order()
    let (turns, slots) = (Turns(40), Slots(1))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for part in (0..<40).shuffled() {
        group.addTask {
          defer { turns.pass(part) }
          // Some need no place.
          if part % 5 == 3 { return }
          try await turns.wait(part)
          try await slots.withSlot(onPlace: { turns.pass(part) }) { order.note(part) }
        }
      }
      try await group.waitForAll()
    }
    #expect(order.parts == (0..<40).filter { $0 % 5 != 3 })
  }

  @Test func whatPassesEarlyDoesNotLetOthersOvertake() async throws {
    let turns = Turns(3)
    turns.pass(1)
    let last = Task { try await turns.wait(2) }
    last.cancel()
    await #expect(throws: GantryError.self) { try await last.value }
    turns.pass(0)
    try await turns.wait(2)
  }

  @Test func whoIsCancelledKeepsNoSlot() async throws {
    let slots = Slots(1)
    try await slots.withSlot {
      let waiting = (0..<20).map { _ in Task { try await slots.withSlot {} } }
      for task in waiting { task.cancel() }
      for task in waiting { await #expect(throws: GantryError.self) { try await task.value } }
    }
    try await slots.withSlot {}
  }
}
