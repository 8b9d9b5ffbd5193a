import Core
import Errors
import Messages
import Testing

@Suite struct EventBusTests {
  private func take(
    _ count: Int, _ stream: AsyncThrowingStream<GantryEngineV1.Event, any Error>
  ) async throws -> [String] {
    var actions: [String] = []
    for try await event in stream {
      actions.append(event.action)
      if actions.count == count { break }
    }
    return actions
  }

  @Test func everyListenerHearsEverythingInOrder() async throws {
    let bus = EventBus()
    let streams = (0..<3).map { _ in bus.events() }
    for number in 0..<100 { bus.publish("container", "\(number)", id: "a") }
    for stream in streams { #expect(try await take(100, stream) == (0..<100).map(String.init)) }
  }

  @Test func whoAsksForThePastGetsItFirst() async throws {
    let bus = EventBus()
    bus.publish("container", "one", id: "a")
    let past = bus.events(since: .init(seconds: 0, nanos: 0))
    let fresh = bus.events()
    bus.publish("container", "two", id: "a")
    #expect(try await take(2, past) == ["one", "two"])
    #expect(try await take(1, fresh) == ["two"])
  }

  @Test func thePastIsForgottenAtSomePoint() async throws {
    let bus = EventBus(remembered: 10)
    for number in 0..<1000 { bus.publish("container", "\(number)", id: "a") }
    let now = GoogleProtobuf.Timestamp.now()
    let past = try await take(10_000, bus.events(since: .init(seconds: 0, nanos: 0), until: now))
    #expect(past.count >= 10 && past.count <= 20)
    #expect(past.last == "999")
  }

  @Test func aStreamEndsWhenItsTimeIsUp() async throws {
    let bus = EventBus()
    let until = GoogleProtobuf.Timestamp(
      nanosecondsSinceEpoch: GoogleProtobuf.Timestamp.now().nanosecondsSinceEpoch + 50_000_000)
    let stream = bus.events(until: until)
    bus.publish("container", "one", id: "a")
    #expect(try await take(100, stream) == ["one"])
  }

  @Test func aListenerThatIsTooSlowIsToldSo() async throws {
    let bus = EventBus(remembered: 5, queueLength: 10)
    let slow = bus.events()
    for number in 0..<100 { bus.publish("container", "\(number)", id: "a") }
    let error = await #expect(throws: GantryError.self) { _ = try await take(100, slow) }
    #expect(error?.code == .resourceExhausted)
    bus.publish("container", "still alive", id: "a")
  }
}
